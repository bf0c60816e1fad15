package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.lighter.image.BuildCacheUsage;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is on the disk. What was not asked for is null. */
record DiskUsageBody(
        @JsonProperty("LayersSize")
        @Schema(description = "Everything of all images, counted once: unpacked layers and blobs")
        long layersSize,

        @JsonProperty("Images") @Nullable List<ImageSummary> images,

        @JsonProperty("Containers")
        @JsonRawValue
        @Schema(type = "array", implementation = ContainerSummary[].class)
        @Nullable
        String containers,

        @JsonProperty("Volumes") @Nullable List<VolumeView> volumes,
        @JsonProperty("BuildCache") @Nullable List<CacheItem> buildCache) {
    /** One thing that builds have kept. */
    record CacheItem(
            @JsonProperty("ID") String id,
            @JsonProperty("Parents") List<String> parents,
            @JsonProperty("Type") String type,
            @JsonProperty("Description") String description,
            @JsonProperty("InUse") boolean inUse,
            @JsonProperty("Shared") boolean shared,
            @JsonProperty("Size") long size,
            @JsonProperty("CreatedAt") String createdAt,
            @JsonProperty("LastUsedAt") @Nullable String lastUsedAt,
            @JsonProperty("UsageCount") int usageCount) {
        static CacheItem of(BuildCacheUsage.Item item) {
            return new CacheItem(
                    item.id(),
                    item.parents(),
                    item.type(),
                    item.description(),
                    item.inUse(),
                    item.shared(),
                    item.sizeBytes(),
                    item.createdAt().toString(),
                    item.lastUsedAt() == null ? null : item.lastUsedAt().toString(),
                    item.usageCount());
        }
    }
}
