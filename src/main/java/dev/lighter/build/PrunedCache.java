package dev.lighter.build;

import java.util.List;

/** What was removed of the cache. */
public record PrunedCache(List<String> ids, long bytes) {}
