package dev.lighter.launch;

import java.nio.file.Path;

/**
 * One thing mounted into a container besides its image; what a feature decided and prepared, for the program to put in place.
 *
 * @param source what is bound, on the host; it exists
 * @param target an absolute path inside, made when missing
 * @param readOnly whether it can only be read
 */
public record MountEntry(Path source, String target, boolean readOnly) {}
