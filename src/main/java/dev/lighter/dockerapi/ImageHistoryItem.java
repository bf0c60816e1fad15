package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.image.HistoryStep;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step in the making of an image; the time in seconds since 1970. */
record ImageHistoryItem(
        @JsonProperty("Id") @Schema(description = "<missing> where the step's own image is not here")
        String id,

        @JsonProperty("Created") long created,

        @JsonProperty("CreatedBy") @Schema(example = "/bin/sh -c #(nop)  CMD [\"sh\"]")
        String createdBy,

        @JsonProperty("Tags") @Nullable List<String> tags,
        @JsonProperty("Size") long size,
        @JsonProperty("Comment") String comment) {
    private static final String MISSING = "<missing>";

    static ImageHistoryItem of(HistoryStep step) {
        return new ImageHistoryItem(
                step.imageId().isEmpty() ? MISSING : step.imageId(),
                step.created().getEpochSecond(),
                step.createdBy(),
                step.tags().isEmpty() ? null : step.tags(),
                step.sizeBytes(),
                step.comment());
    }
}
