package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.network.EndpointSettings;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /networks/{id}/connect}. */
final class NetworkConnectBody extends StrictBody {
    @JsonProperty("Container")
    @Nullable
    String container;

    @JsonProperty("EndpointConfig")
    @Nullable
    EndpointBody endpointConfig;

    EndpointSettings settings() {
        refuseOther("");
        return endpointConfig == null ? EndpointSettings.NONE : endpointConfig.settings("EndpointConfig.");
    }
}
