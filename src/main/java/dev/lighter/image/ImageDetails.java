package dev.lighter.image;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image as it is kept.
 *
 * @param id {@code sha256:} and the digest of its configuration
 * @param parentId the image below, where it was made here on top of one; else empty
 * @param repoTags its names, in the short form users know
 * @param repoDigests its names by digest
 * @param sizeBytes of all its unpacked layers
 * @param created when it was made
 * @param diffIds the digests of its uncompressed layers, lowest first
 * @param history how it was made, first step first; may have fewer steps than there are layers
 * @param taggedAt when it got the latest of its names; null where it has none
 */
public record ImageDetails(
        String id,
        String parentId,
        List<String> repoTags,
        List<String> repoDigests,
        long sizeBytes,
        Instant created,
        String architecture,
        String os,
        String variant,
        String author,
        String comment,
        ImageConfig config,
        List<String> diffIds,
        List<HistoryEntry> history,
        @Nullable Instant taggedAt) {}
