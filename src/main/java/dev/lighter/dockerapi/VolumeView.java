package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.volume.Volume;
import dev.lighter.volume.VolumeService;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A volume, as Docker words it. */
record VolumeView(
        @JsonProperty("CreatedAt") @Schema(example = "2026-01-31T12:00:00.123456Z")
        String createdAt,

        @JsonProperty("Driver") String driver,
        @JsonProperty("Labels") @Nullable Map<String, String> labels,
        @JsonProperty("Mountpoint") String mountpoint,
        @JsonProperty("Name") @Schema(example = "data") String name,
        @JsonProperty("Options") @Nullable Map<String, String> options,
        @JsonProperty("Scope") String scope,

        @JsonProperty("UsageData") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Usage usage) {
    /** The label that Docker's users know volumes without names by. */
    static final String ANONYMOUS = "com.docker.volume.anonymous";

    /** Bytes, and containers that have it. */
    record Usage(
            @JsonProperty("Size") long size,
            @JsonProperty("RefCount") int references) {}

    static VolumeView of(Volume volume, VolumeService volumes, @Nullable Usage usage) {
        Map<String, String> labels = labels(volume);
        return new VolumeView(
                volume.created().toString(),
                VolumeService.DRIVER,
                labels.isEmpty() ? null : labels,
                volumes.mountpoint(volume).toString(),
                volume.name(),
                volume.options().isEmpty() ? null : volume.options(),
                "local",
                usage);
    }

    static Map<String, String> labels(Volume volume) {
        if (!volume.anonymous()) {
            return volume.labels();
        }
        Map<String, String> labels = new HashMap<>(volume.labels());
        labels.put(ANONYMOUS, "");
        return labels;
    }
}
