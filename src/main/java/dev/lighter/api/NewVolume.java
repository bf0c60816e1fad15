package dev.lighter.api;

import dev.lighter.volume.VolumeRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a volume is asked for with. */
@Schema(name = "NewVolume")
record NewVolume(
        @Schema(description = "A name of 64 digits is made up when it is left out", example = "data") @Nullable
        String name,

        @Schema(description = "Of your own") @Nullable
        Map<String, @NotNull(message = "must not be null") String> labels,

        @Schema(
                description =
                        "Where its files are, as mount(8) has it: type, o, device; an own directory when left out",
                example = "{\"type\":\"tmpfs\",\"device\":\"tmpfs\",\"o\":\"size=100m\"}")
        @Nullable
        Map<String, @NotNull(message = "must not be null") String> options) {
    VolumeRequest toRequest() {
        return new VolumeRequest(
                name == null ? "" : name, "", options == null ? Map.of() : options, labels == null ? Map.of() : labels);
    }
}
