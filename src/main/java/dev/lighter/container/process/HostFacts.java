package dev.lighter.container.process;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What columns need besides the process.
 *
 * @param boot when the machine started
 * @param memoryKib how much memory it has
 */
record HostFacts(HostAccounts accounts, Instant boot, Instant now, ZoneId zone, long memoryKib) {
    long secondsSince(Instant start) {
        return Math.max(0, Duration.between(start, now).toSeconds());
    }
}
