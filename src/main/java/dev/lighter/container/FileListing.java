package dev.lighter.container;

import java.util.List;

/**
 * What is in a directory of a container, by name.
 *
 * @param path absolute, in the container
 * @param complete whether that is all of it
 */
public record FileListing(String path, List<FileEntry> entries, boolean complete) {}
