package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.image.Healthcheck;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the engine watches over a container, as it was asked for.
 *
 * @param restartPolicy {@code no}, {@code on-failure}, {@code always} or {@code unless-stopped}
 * @param mostRetries after how many restarts {@code on-failure} gives up; 0 for never
 * @param healthcheck how to find out whether it works; null when nobody said
 */
public record Supervision(
        String restartPolicy, int mostRetries, @Nullable Healthcheck healthcheck) {
    private static final String NO = "no";
    private static final String ON_FAILURE = "on-failure";
    private static final String ALWAYS = "always";
    private static final String UNLESS_STOPPED = "unless-stopped";
    private static final String CMD = "CMD";
    private static final String CMD_SHELL = "CMD-SHELL";
    private static final List<String> SHELL = List.of("/bin/sh", "-c");
    private static final long LEAST_NANOS = 1_000_000;
    private static final Set<String> POLICIES = Set.of(NO, ON_FAILURE, ALWAYS, UNLESS_STOPPED);

    /** Nothing. */
    public static Supervision none() {
        return new Supervision(NO, 0, null);
    }

    /** As it was asked for; an empty policy is none. */
    public static Supervision of(String restartPolicy, int mostRetries) {
        return new Supervision(restartPolicy.isEmpty() ? NO : restartPolicy, mostRetries, null);
    }

    /** The same with another restart policy. */
    public Supervision withRestartPolicy(Supervision other) {
        return new Supervision(other.restartPolicy, other.mostRetries, healthcheck);
    }

    /** The same with a health check. */
    public Supervision withHealthcheck(@Nullable Healthcheck check) {
        return new Supervision(restartPolicy, mostRetries, check);
    }

    /** The same with what is not said about health taken from the image. */
    Supervision over(@Nullable Healthcheck image) {
        return withHealthcheck(healthcheck == null ? image : healthcheck.over(image));
    }

    /**
     * The program that probes a container's health, and its arguments; empty when there is none.
     *
     * @param shell what runs a line; empty for the usual
     */
    List<String> probe(List<String> shell) {
        List<String> test = healthcheck == null ? List.of() : healthcheck.test();
        if (test.size() < 2) {
            return List.of();
        }
        List<String> arguments = test.subList(1, test.size());
        return switch (test.get(0)) {
            case CMD -> arguments;
            case CMD_SHELL ->
                Stream.concat((shell.isEmpty() ? SHELL : shell).stream(), arguments.stream())
                        .toList();
            default -> List.of();
        };
    }

    /** Whether nothing is to be done. */
    boolean isNone() {
        return restartPolicy.equals(NO);
    }

    /** Refuses what makes no sense, in Docker's words. */
    void check(boolean autoRemove) {
        if (!POLICIES.contains(restartPolicy)) {
            throw EngineException.invalid("invalid restart policy: unknown policy '" + restartPolicy
                    + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }
        if (mostRetries < 0) {
            throw EngineException.invalid("invalid restart policy: maximum retry count cannot be negative");
        }
        if (mostRetries > 0 && !restartPolicy.equals(ON_FAILURE)) {
            throw EngineException.invalid(
                    "invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }
        if (autoRemove && !restartPolicy.equals(NO)) {
            throw EngineException.invalid("can't create 'AutoRemove' container with restart policy");
        }
        if (healthcheck != null) {
            check(healthcheck);
        }
    }

    private static void check(Healthcheck check) {
        requireDuration("Interval", check.intervalNanos());
        requireDuration("Timeout", check.timeoutNanos());
        requireDuration("StartPeriod", check.startPeriodNanos());
        requireDuration("StartInterval", check.startIntervalNanos());
        if (check.retries() < 0) {
            throw EngineException.invalid("Retries in Healthcheck cannot be negative");
        }
        String kind = check.test().isEmpty() ? "NONE" : check.test().get(0);
        if (!Set.of("NONE", CMD, CMD_SHELL).contains(kind)) {
            throw EngineException.invalid(
                    "Healthcheck.Test: unknown type \"" + kind + "\": begin with CMD, CMD-SHELL or NONE");
        }
        if (check.test().size() == 1 && !kind.equals("NONE")) {
            throw EngineException.invalid("Healthcheck.Test: " + kind + " needs a command behind it");
        }
        if (check.test().stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
            throw EngineException.invalid("Healthcheck.Test: an argument contains a NUL character");
        }
    }

    private static void requireDuration(String name, long nanos) {
        if (nanos != 0 && nanos < LEAST_NANOS) {
            throw EngineException.invalid(name + " in Healthcheck cannot be less than 1ms");
        }
    }

    /** Whether a container that has just ended is to be started again. */
    boolean wantsRestart(ContainerState ended) {
        return !ended.stopped()
                && switch (restartPolicy) {
                    case ALWAYS, UNLESS_STOPPED -> true;
                    case ON_FAILURE -> ended.exitCode() != 0 && (mostRetries == 0 || ended.restarts() < mostRetries);
                    default -> false;
                };
    }

    /** Whether a container that does not run is to be started when the engine starts. */
    boolean wantsStart(ContainerState state) {
        return state.startedAt() != null
                && (restartPolicy.equals(ALWAYS) || restartPolicy.equals(UNLESS_STOPPED) && !state.stopped());
    }
}
