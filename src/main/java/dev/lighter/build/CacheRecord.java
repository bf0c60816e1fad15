package dev.lighter.build;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that later builds may use again.
 *
 * @param id 64 digits: for a step, of what it was made of
 * @param kind {@value #STEP} or {@value #MOUNT}
 * @param imageId the image that a step made; null for a directory
 * @param parentId the image that the step began with, or null
 * @param description the step, or the name of the directory
 * @param usages how often it was used since it was made
 */
public record CacheRecord(
        String id,
        String kind,
        @Nullable String imageId,
        @Nullable String parentId,
        String description,
        Instant created,
        Instant lastUsed,
        int usages) {
    /** The image of a step. */
    public static final String STEP = "regular";

    /** A directory that steps share, {@code RUN --mount=type=cache}. */
    public static final String MOUNT = "exec.cachemount";

    CacheRecord used() {
        return new CacheRecord(id, kind, imageId, parentId, description, created, Instant.now(), usages + 1);
    }
}
