package dev.lighter.image;

import java.time.Instant;
import java.util.List;

/**
 * A layer of an image, or a step that made none.
 *
 * @param layerId what this engine calls its directory; empty for a step without a layer
 * @param diffId the digest of its archive; empty for a step without a layer
 * @param sizeBytes of all its files
 * @param createdBy the instruction or command that made it; empty where the image does not tell
 * @param created when; the beginning of time where the image does not tell
 * @param sharedWith the ids of the other images that have it, newest first
 */
public record ImageLayer(
        String layerId, String diffId, long sizeBytes, String createdBy, Instant created, List<String> sharedWith) {
    /** Whether it is a layer and not only a step. */
    public boolean isLayer() {
        return !layerId.isEmpty();
    }
}
