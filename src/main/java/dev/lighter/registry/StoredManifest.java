package dev.lighter.registry;

import org.jspecify.annotations.Nullable;

/**
 * A manifest that was pushed, as the database has it.
 *
 * @param artifactType what it is, where its media type does not tell; empty for none
 * @param subject the digest of the manifest that it is about
 * @param imageId the local image that it is, or of which it is the index
 */
record StoredManifest(
        Repository repository,
        String digest,
        String mediaType,
        long sizeBytes,
        String artifactType,
        @Nullable String subject,
        @Nullable String imageId) {}
