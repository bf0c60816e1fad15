package dev.lighter.image;

import java.util.List;

/**
 * An image in the form that leaves this machine. Every blob of it is kept as long as the image is.
 *
 * @param imageId the id that the image has here
 * @param manifest the manifest's bytes: those it came with, or the ones made for it once and kept since
 * @param manifestDescriptor the manifest's media type, digest and size
 * @param config the configuration's blob
 * @param layers the layers' blobs, lowest first, compressed or not as they came; those made here are gzip
 */
public record PublishedImage(
        String imageId,
        byte[] manifest,
        BlobDescriptor manifestDescriptor,
        BlobDescriptor config,
        List<BlobDescriptor> layers) {}
