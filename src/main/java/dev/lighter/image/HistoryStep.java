package dev.lighter.image;

import java.time.Instant;
import java.util.List;

/**
 * One step in the making of an image, as far as this machine knows it.
 *
 * @param imageId the image that the step gave, or empty where it is not here
 * @param createdBy the instruction or command; empty where the image does not tell
 * @param tags the names of that image
 * @param sizeBytes of the layer that it made, unpacked; 0 where it made none
 */
public record HistoryStep(
        String imageId, Instant created, String createdBy, List<String> tags, long sizeBytes, String comment) {}
