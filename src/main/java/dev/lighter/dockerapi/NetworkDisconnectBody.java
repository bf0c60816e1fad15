package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /networks/{id}/disconnect}. */
final class NetworkDisconnectBody extends StrictBody {
    @JsonProperty("Container")
    @Nullable
    String container;

    @JsonProperty("Force")
    boolean force;
}
