package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.build.CacheUse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One record of the build cache, as {@code docker system df -v} shows it. */
record BuildCacheView(
        @JsonProperty("ID") String id,
        @JsonProperty("Parents") @Nullable List<String> parents,
        @JsonProperty("Type") String type,
        @JsonProperty("Description") String description,
        @JsonProperty("InUse") boolean inUse,
        @JsonProperty("Shared") boolean shared,
        @JsonProperty("Size") long size,
        @JsonProperty("CreatedAt") Instant createdAt,
        @JsonProperty("LastUsedAt") Instant lastUsedAt,
        @JsonProperty("UsageCount") int usageCount) {
    static BuildCacheView of(CacheUse use) {
        return new BuildCacheView(
                use.record().id(),
                null,
                use.record().kind(),
                use.record().description(),
                use.inUse(),
                // What an image with a name was made of is counted with the image.
                use.inUse() && use.record().imageId() != null,
                use.sizeBytes(),
                use.record().created(),
                use.record().lastUsed(),
                use.record().usages());
    }
}
