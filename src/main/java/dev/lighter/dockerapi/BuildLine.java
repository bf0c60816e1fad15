package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** One line of a build's stream, in the form Docker's clients show. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record BuildLine(
        @JsonProperty("stream") @Nullable String stream,
        @JsonProperty("aux") @Nullable Aux aux,
        @JsonProperty("errorDetail") @Nullable ErrorDetail errorDetail,
        @JsonProperty("error") @Nullable String error) {
    /** What was built. */
    record Aux(@JsonProperty("ID") String id) {}

    /** Why it came to nothing; the code is a program's that ended so, else it is left out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ErrorDetail(
            @JsonProperty("code") @Nullable Integer code,
            @JsonProperty("message") String message) {}

    static BuildLine text(String text) {
        return new BuildLine(text, null, null, null);
    }

    static BuildLine image(String id) {
        return new BuildLine(null, new Aux(id), null, null);
    }

    static BuildLine error(String message, @Nullable Integer code) {
        return new BuildLine(null, null, new ErrorDetail(code, message), message);
    }
}
