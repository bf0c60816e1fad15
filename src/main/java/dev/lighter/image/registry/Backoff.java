package dev.lighter.image.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait between attempts: twice as long each time, or what the registry asks for. Belongs to one thread. */
final class Backoff {
    private final RegistrySettings settings;
    private int attempts = 1;

    Backoff(RegistrySettings settings) {
        this.settings = settings;
    }

    /** Something went well: the count starts again. */
    void reset() {
        attempts = 1;
    }

    /** Waits before the next attempt; throws the failure where another attempt makes no sense. */
    void await(RegistryException failure) throws IOException {
        Duration asked = failure.retryAfter();
        if (!failure.isPassing()
                || attempts >= settings.attempts()
                || asked != null && asked.compareTo(settings.longestPause()) > 0) {
            throw failure;
        }
        long pause = settings.pause().toMillis() << Math.min(attempts - 1, 16);
        pause = Math.min(pause, settings.longestPause().toMillis());
        // So that those who failed together do not come back together.
        pause += ThreadLocalRandom.current().nextLong(pause / 4 + 1);
        if (asked != null) {
            pause = Math.max(pause, asked.toMillis());
        }
        attempts++;
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the transfer was interrupted");
        }
    }
}
