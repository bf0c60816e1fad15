package dev.lighter.image;

import java.util.Collection;
import java.util.Set;

/**
 * Tells which blobs a feature beside the images needs. Asked while everything that changes blobs is held back ({@link ContentStore#keep},
 * {@link ContentStore#release}), before blobs are deleted; must not change any itself. Whoever implements it tells the check of the data directory
 * the same, as {@link dev.lighter.content.ContentOwners}.
 */
public interface BlobOwners {
    /** Those of these digests that are needed. */
    Set<String> needed(Collection<String> digests);
}
