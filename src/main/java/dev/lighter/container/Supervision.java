package dev.lighter.container;

import dev.lighter.error.EngineException;
import java.util.Set;

/**
 * What the engine does about a container that ends, as it was asked for.
 *
 * @param restartPolicy {@code no}, {@code on-failure}, {@code always} or {@code unless-stopped}
 * @param mostRetries after how many restarts {@code on-failure} gives up; 0 for never
 */
public record Supervision(String restartPolicy, int mostRetries) {
    private static final String NO = "no";
    private static final String ON_FAILURE = "on-failure";
    private static final String ALWAYS = "always";
    private static final String UNLESS_STOPPED = "unless-stopped";
    private static final Set<String> POLICIES = Set.of(NO, ON_FAILURE, ALWAYS, UNLESS_STOPPED);

    /** Nothing. */
    public static Supervision none() {
        return new Supervision(NO, 0);
    }

    /** As it was asked for; an empty policy is none. */
    public static Supervision of(String restartPolicy, int mostRetries) {
        return new Supervision(restartPolicy.isEmpty() ? NO : restartPolicy, mostRetries);
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
