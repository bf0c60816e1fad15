package dev.lighter.container.log;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A log that somebody reads, perhaps while it grows. What it has not yet read
 * of the log's files stays open, so that it can be read to its end even when its container is removed meanwhile. For one thread.
 */
public final class FollowedLog implements AutoCloseable {
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(5);

    private final LogReader reader;
    private final OpenLog log;
    private final Runnable onClose;
    private final long endsBefore;

    FollowedLog(OpenLog log, Runnable onClose) throws IOException {
        this.log = log;
        this.onClose = onClose;
        this.endsBefore = log.ends();
        this.reader = new LogReader(log);
    }

    /** Gives everything that is there now and wanted; further calls give what has come since. */
    public void read(LogQuery query, LogSink sink) throws IOException {
        reader.read(query, sink);
    }

    /** Skips what is there now. */
    public void skipToEnd() throws IOException {
        reader.skipToEnd();
    }

    /**
     * Gives what is there, then what comes, until the container's run ends.
     *
     * @param alive asked now and then; false ends the following early (the reader went away)
     */
    public void follow(LogQuery query, LogSink sink, BooleanSupplier alive) throws IOException {
        @Nullable Instant until = query.until();
        while (true) {
            long seen = log.changes();
            boolean last = log.ends() > endsBefore;
            reader.read(query, sink);
            if (last || until != null && Instant.now().isAfter(until) || !alive.getAsBoolean()) {
                return;
            }
            try {
                Duration sleep = until == null
                        ? LONGEST_SLEEP
                        : Duration.between(Instant.now(), until).plusMillis(1);
                log.await(seen, sleep.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : sleep);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("following was interrupted");
            }
        }
    }

    /** Asks a follower at once whether it goes on. */
    public void wake() {
        log.appended();
    }

    @Override
    public void close() throws IOException {
        reader.close();
        onClose.run();
    }
}
