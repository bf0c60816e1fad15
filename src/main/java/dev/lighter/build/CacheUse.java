package dev.lighter.build;

/**
 * Something that later builds may use again, and what it takes.
 *
 * @param sizeBytes of what it alone adds
 * @param inUse whether something else needs it: an image with a name, a container, a step that runs
 */
public record CacheUse(CacheRecord record, long sizeBytes, boolean inUse) {}
