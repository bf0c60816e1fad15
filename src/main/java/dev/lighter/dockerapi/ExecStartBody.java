package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /exec/{id}/start}. */
final class ExecStartBody extends StrictBody {
    @JsonProperty("Detach")
    boolean detach;

    @JsonProperty("Tty")
    boolean tty;

    /** Rows and columns. */
    @JsonProperty("ConsoleSize")
    int @Nullable [] consoleSize;
}
