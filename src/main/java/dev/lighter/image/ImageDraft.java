package dev.lighter.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image that a load found, its blobs in the load's attempt.
 *
 * @param config the configuration file
 * @param manifest the manifest that named it, where there was one
 * @param layerBlobs the digests of its layers' blobs, lowest first
 */
record ImageDraft(byte[] config, byte @Nullable [] manifest, List<String> layerBlobs) {}
