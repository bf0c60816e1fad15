package dev.lighter.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to find out whether the program in a container works, as an image or somebody who makes a container says. Zero means that it is not
 * said.
 *
 * @param test {@code CMD} and a program with its arguments, {@code CMD-SHELL} and a line for the shell, {@code NONE}, or nothing
 * @param intervalNanos between the end of one probe and the next
 * @param timeoutNanos after which a probe is ended
 * @param retries after how many failures in a row it does not work
 * @param startPeriodNanos how long after the start failures do not count
 * @param startIntervalNanos between probes in that time, until one succeeds
 */
public record Healthcheck(
        List<String> test,
        long intervalNanos,
        long timeoutNanos,
        int retries,
        long startPeriodNanos,
        long startIntervalNanos) {
    /** With what this does not say taken from another. */
    public Healthcheck over(@Nullable Healthcheck other) {
        if (other == null) {
            return this;
        }
        return new Healthcheck(
                test.isEmpty() ? other.test : test,
                intervalNanos == 0 ? other.intervalNanos : intervalNanos,
                timeoutNanos == 0 ? other.timeoutNanos : timeoutNanos,
                retries == 0 ? other.retries : retries,
                startPeriodNanos == 0 ? other.startPeriodNanos : startPeriodNanos,
                startIntervalNanos == 0 ? other.startIntervalNanos : startIntervalNanos);
    }
}
