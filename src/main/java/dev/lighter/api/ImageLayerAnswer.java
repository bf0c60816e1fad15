package dev.lighter.api;

import dev.lighter.image.ImageLayer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layer of an image, or a step in its making that made none. */
@Schema(name = "ImageLayer")
record ImageLayerAnswer(
        @Schema(
                description = "The digest of its archive; null for a step that made no layer",
                example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
        @Nullable
        String diffId,

        @Schema(description = "Of all its files") long sizeBytes,

        @Schema(description = "The instruction or command; empty where the image does not tell", example = "RUN make")
        String command,

        @Schema(description = "Null where the image does not tell") @Nullable
        Instant createdAt,

        @Schema(description = "The ids of the other images that have it, newest first")
        List<String> sharedWith) {
    static ImageLayerAnswer of(ImageLayer layer) {
        return new ImageLayerAnswer(
                layer.isLayer() ? layer.diffId() : null,
                layer.sizeBytes(),
                layer.createdBy(),
                layer.created().equals(Instant.EPOCH) ? null : layer.created(),
                layer.sharedWith());
    }
}
