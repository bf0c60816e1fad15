package dev.lighter.container;

import java.time.Instant;

/**
 * What a path in a container is.
 *
 * @param name its last component
 * @param mode type and permissions as stat(2) gives them
 * @param linkTarget where a symbolic link leads, as an absolute path in the container; empty for all else
 */
public record FileStatus(String name, long size, int mode, Instant modified, String linkTarget) {}
