package dev.lighter.container.log;

import java.time.Duration;

/** Counts what happens to one log, for those who sleep until something does. */
final class LogSignal {
    /** How many follow; only changed under the map's lock of this entry. */
    int followers;

    private long changes;
    private long ends;

    synchronized void appended() {
        changes++;
        notifyAll();
    }

    synchronized void ended() {
        changes++;
        ends++;
        notifyAll();
    }

    synchronized long changes() {
        return changes;
    }

    synchronized long ends() {
        return ends;
    }

    /** Sleeps until there were more changes than {@code seen}, or the time is over. */
    synchronized void await(long seen, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (changes == seen) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return;
            }
            wait(millis);
        }
    }
}
