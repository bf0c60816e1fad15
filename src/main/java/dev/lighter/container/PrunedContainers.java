package dev.lighter.container;

import java.util.List;

/** What a prune has removed: the containers' ids, and how many bytes they had written. */
public record PrunedContainers(List<String> ids, long bytes) {}
