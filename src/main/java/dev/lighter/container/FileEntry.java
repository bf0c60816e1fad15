package dev.lighter.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file in a directory of a container.
 *
 * @param mode type and permissions as stat(2) gives them
 * @param linkTarget where a symbolic link leads, as it is written there; null for all else
 * @param target the kind of what a symbolic link leads to; null when that is nothing, and for all else
 */
public record FileEntry(
        String name,
        Kind kind,
        long size,
        int mode,
        long uid,
        long gid,
        Instant modified,
        @Nullable String linkTarget,
        @Nullable Kind target) {
    /** What a file is. */
    public enum Kind {
        FILE,
        DIRECTORY,
        LINK,
        DEVICE,
        PIPE,
        SOCKET
    }
}
