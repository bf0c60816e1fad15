package dev.lighter.container.log;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What of a log is wanted.
 *
 * @param since nothing from before this time, or null
 * @param until nothing from after this time, or null
 * @param tail the last so many lines of the wanted streams; negative for all
 * @param timestamps whether each line begins with the time it was written
 * @param attributes what stands before each line besides, see {@link LogAttributes}; null for nothing, not even a blank
 */
public record LogQuery(
        boolean stdout,
        boolean stderr,
        @Nullable Instant since,
        @Nullable Instant until,
        long tail,
        boolean timestamps,
        @Nullable String attributes) {
    /** All of both streams. */
    public static final LogQuery ALL = new LogQuery(true, true, null, null, -1, false, null);

    /** What is wanted without attributes. */
    public LogQuery(
            boolean stdout,
            boolean stderr,
            @Nullable Instant since,
            @Nullable Instant until,
            long tail,
            boolean timestamps) {
        this(stdout, stderr, since, until, tail, timestamps, null);
    }

    boolean isPrefixed() {
        return timestamps || attributes != null;
    }

    boolean wants(int stream) {
        return stream == 1 ? stdout : stderr;
    }
}
