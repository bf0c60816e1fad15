package dev.lighter.registry;

import org.jspecify.annotations.Nullable;

/**
 * A tag that was pushed, as the database has it.
 *
 * @param digest the manifest
 * @param imageId the local image that got the tag as its name; the tag is valid as long as that image has it
 */
record StoredTag(
        Repository repository,
        String tag,
        String digest,
        @Nullable String imageId) {}
