package dev.lighter.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An unpacked layer as the database has it.
 *
 * @param id the name of its directory
 * @param diffId the digest of the uncompressed archive, as the images here name it
 * @param variant what its implied directories took from the layers below, as a digest; empty where nothing
 * @param implied directories that its archive leaves out
 * @param sizeBytes of all its files
 * @param pending whether {@code diffId} is of this engine's making and the digest of the archive is not known yet
 * @param settledDiffId the digest of the archive, once it is known, where {@code diffId} is another
 */
record StoredLayer(
        String id,
        String diffId,
        String variant,
        List<String> implied,
        long sizeBytes,
        boolean pending,
        @Nullable String settledDiffId) {
    /** A layer whose digest is that of its archive. */
    StoredLayer(String id, String diffId, String variant, List<String> implied, long sizeBytes) {
        this(id, diffId, variant, implied, sizeBytes, false, null);
    }

    /** The same, whose archive's digest has been found. */
    StoredLayer settled(String archiveDigest) {
        return new StoredLayer(id, diffId, variant, implied, sizeBytes, false, archiveDigest);
    }

    /** The digest of the archive, as far as it is known. */
    String archiveDiffId() {
        return settledDiffId == null ? diffId : settledDiffId;
    }
}
