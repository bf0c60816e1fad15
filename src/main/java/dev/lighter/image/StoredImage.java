package dev.lighter.image;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image as the database has it.
 *
 * @param manifestDigest of the manifest it came with, where it came with one
 * @param config the configuration file
 * @param removed whether it was removed by force while containers still need its layers
 * @param parentId the image below, where it was made here on top of one
 * @param publishedId the id that it has elsewhere, once that is known, where it is not the one that it has here
 */
record StoredImage(
        String id,
        @Nullable String manifestDigest,
        String config,
        Instant addedAt,
        boolean removed,
        List<Layer> layers,
        @Nullable String parentId,
        @Nullable String publishedId) {
    /** One layer: its directory's name, and the blob it came from; empty where it was written here and never packed. */
    record Layer(String layerId, String blobDigest) {}
}
