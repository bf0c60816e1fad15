package dev.lighter.image;

import dev.lighter.image.ImageUsers.ImageUser;
import java.util.List;

/**
 * What an image takes on the disk and who needs it: its layers as containers use them and its blobs as they leave.
 *
 * @param unpackedBytes of its layers
 * @param blobBytes of its manifest, configuration and packed layers
 * @param sharedBytes of both, what other images have, too
 * @param users the containers made from it
 */
public record ImageUsage(
        ImageDetails image, long unpackedBytes, long blobBytes, long sharedBytes, List<ImageUser> users) {}
