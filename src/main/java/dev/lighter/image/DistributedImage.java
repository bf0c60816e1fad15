package dev.lighter.image;

import java.util.List;

/**
 * What a registry has under a name.
 *
 * @param descriptor of the manifest or index
 * @param platforms for which there is an image
 */
public record DistributedImage(BlobDescriptor descriptor, List<Platform> platforms) {
    /** A kind of machine; empty for what is not said. */
    public record Platform(String os, String architecture, String variant) {}
}
