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
 */
record StoredImage(
        String id,
        @Nullable String manifestDigest,
        String config,
        Instant addedAt,
        boolean removed,
        List<Layer> layers) {
    /** One layer: its directory's name, and the blob it came from. */
    record Layer(String layerId, String blobDigest) {}
}
