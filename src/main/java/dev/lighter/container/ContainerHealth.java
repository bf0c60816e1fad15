package dev.lighter.container;

import dev.lighter.image.Healthcheck;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the probes of a container have found.
 *
 * @param failingStreak how many failed in a row
 * @param log the latest probes, oldest first
 */
public record ContainerHealth(Verdict verdict, int failingStreak, List<Probed> log) {
    private static final int MOST_PROBES = 5;
    private static final int USUAL_RETRIES = 3;

    /** Whether the container works, as far as that is known. */
    public enum Verdict {
        STARTING,
        HEALTHY,
        UNHEALTHY
    }

    /**
     * One probe. Its times are whole microseconds.
     *
     * @param exitCode of the probe's program; -1 when it could not be executed or took too long
     * @param output the beginning of what it wrote, or why it failed
     */
    public record Probed(Instant start, Instant end, int exitCode, String output) {
        public Probed {
            start = start.truncatedTo(ChronoUnit.MICROS);
            end = end.truncatedTo(ChronoUnit.MICROS);
        }
    }

    /** Nothing is known yet; what was found in an earlier run stays to be read. */
    static ContainerHealth starting(@Nullable ContainerHealth before) {
        return new ContainerHealth(Verdict.STARTING, 0, before == null ? List.of() : before.log);
    }

    /** After one more probe. In the time that the start is given, failures do not count as long as nothing has succeeded. */
    ContainerHealth after(Probed probed, Healthcheck check, @Nullable Instant startedAt) {
        List<Probed> latest = new ArrayList<>(log.subList(Math.max(0, log.size() + 1 - MOST_PROBES), log.size()));
        latest.add(probed);
        if (probed.exitCode() == 0) {
            return new ContainerHealth(Verdict.HEALTHY, 0, List.copyOf(latest));
        }
        boolean forgiven = verdict == Verdict.STARTING
                && startedAt != null
                && Duration.between(startedAt, probed.start()).compareTo(Duration.ofNanos(check.startPeriodNanos()))
                        < 0;
        int streak = forgiven ? failingStreak : failingStreak + 1;
        int retries = check.retries() == 0 ? USUAL_RETRIES : check.retries();
        return new ContainerHealth(
                !forgiven && streak >= retries ? Verdict.UNHEALTHY : verdict, streak, List.copyOf(latest));
    }

    /** A container that does not run is not healthy, as Docker has it. */
    ContainerHealth ended() {
        return new ContainerHealth(Verdict.UNHEALTHY, failingStreak, log);
    }
}
