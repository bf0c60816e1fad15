package dev.lighter.image;

/**
 * A blob as a manifest names it, OCI image specification, descriptor.
 *
 * @param digest {@code sha256:} and 64 digits
 * @param sizeBytes its length
 */
public record BlobDescriptor(String mediaType, String digest, long sizeBytes) {}
