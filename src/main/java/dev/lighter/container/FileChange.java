package dev.lighter.container;

import java.io.IOException;

/**
 * Something in a container's filesystem that is not as its image has it.
 *
 * @param path absolute
 */
public record FileChange(Kind kind, String path) {
    /** What has become of it, in the order of Docker's numbers: changed, or holding what has changed; added; deleted. */
    public enum Kind {
        MODIFIED,
        ADDED,
        DELETED
    }

    /** Takes changes one by one. */
    @FunctionalInterface
    public interface Sink {
        /** Takes the next; gives whether more are wanted. */
        boolean take(FileChange change) throws IOException;
    }
}
