package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.WaitResult;
import org.jspecify.annotations.Nullable;

/** How a container ended. */
record WaitAnswer(
        @JsonProperty("StatusCode") int statusCode,

        @JsonProperty("Error") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Reason error) {
    /** Why it could not be started. */
    record Reason(@JsonProperty("Message") String message) {}

    static WaitAnswer of(WaitResult result) {
        return new WaitAnswer(result.statusCode(), result.error().isEmpty() ? null : new Reason(result.error()));
    }
}
