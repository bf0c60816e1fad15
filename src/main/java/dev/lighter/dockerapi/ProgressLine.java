package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** One line of a stream that tells how something goes on, in the form Docker's clients show. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ProgressLine(
        @JsonProperty("stream") @Nullable String stream,
        @JsonProperty("status") @Nullable String status,
        @JsonProperty("progressDetail") @Nullable Progress progress,
        @JsonProperty("id") @Nullable String id,
        @JsonProperty("errorDetail") @Nullable ErrorDetail errorDetail,
        @JsonProperty("error") @Nullable String error) {
    /** How many bytes of how many. */
    record Progress(
            @JsonProperty("current") long current,
            @JsonProperty("total") long total) {}

    /** Why it ended early. */
    record ErrorDetail(@JsonProperty("message") String message) {}

    static ProgressLine text(String text) {
        return new ProgressLine(text + "\n", null, null, null, null, null);
    }

    static ProgressLine status(String status) {
        return new ProgressLine(null, status, null, null, null, null);
    }

    static ProgressLine layer(String id, long current, long total) {
        return new ProgressLine(null, "Loading layer", new Progress(current, total), id, null, null);
    }

    static ProgressLine error(String message) {
        return new ProgressLine(null, null, null, null, new ErrorDetail(message), message);
    }
}
