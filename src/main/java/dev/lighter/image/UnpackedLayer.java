package dev.lighter.image;

import java.nio.file.Path;
import java.util.List;

/**
 * A layer as it came out of its archive, not yet part of an image.
 *
 * @param diffId the digest of the uncompressed archive
 * @param directory where it is
 * @param sizeBytes of all its files
 * @param implied directories it leaves out, in order, as raw bytes in ISO 8859-1
 */
record UnpackedLayer(String diffId, Path directory, long sizeBytes, List<String> implied) {}
