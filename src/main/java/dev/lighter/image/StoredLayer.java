package dev.lighter.image;

import java.util.List;

/**
 * An unpacked layer as the database has it.
 *
 * @param id the name of its directory
 * @param diffId the digest of the uncompressed archive
 * @param variant what its implied directories took from the layers below, as a digest; empty where nothing
 * @param implied directories that its archive leaves out
 * @param sizeBytes of all its files
 */
record StoredLayer(String id, String diffId, String variant, List<String> implied, long sizeBytes) {}
