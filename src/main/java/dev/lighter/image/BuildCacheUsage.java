package dev.lighter.image;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what is kept so that builds need not do it again; implemented by features above this one. */
public interface BuildCacheUsage {
    /** One thing that is kept, in the words of Docker's disk usage. */
    record Item(
            String id,
            List<String> parents,
            String type,
            String description,
            boolean inUse,
            boolean shared,
            long sizeBytes,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            int usageCount) {}

    /** Everything that is kept at this moment. */
    List<Item> items();
}
