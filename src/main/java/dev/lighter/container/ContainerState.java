package dev.lighter.container;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a container is.
 *
 * @param pid its first process on the host, 0 when it does not run
 * @param exitCode of the last run
 * @param error why the last start failed, or empty
 * @param startedAt of the last run, or null
 * @param finishedAt of the last run, or null
 */
public record ContainerState(
        Status status,
        int pid,
        int exitCode,
        boolean oomKilled,
        String error,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {
    /** Times are whole microseconds, which is what databases keep. */
    public ContainerState {
        startedAt = startedAt == null ? null : startedAt.truncatedTo(ChronoUnit.MICROS);
        finishedAt = finishedAt == null ? null : finishedAt.truncatedTo(ChronoUnit.MICROS);
    }

    /** The states that Docker knows and this engine uses. */
    public enum Status {
        CREATED,
        RUNNING,
        PAUSED,
        EXITED,
        REMOVING
    }

    static ContainerState created() {
        return new ContainerState(Status.CREATED, 0, 0, false, "", null, null);
    }

    /** Whether its first process runs. */
    public boolean isRunning() {
        return status == Status.RUNNING || status == Status.PAUSED;
    }

    /** Whether all its processes are frozen. */
    public boolean isPaused() {
        return status == Status.PAUSED;
    }

    ContainerState paused(boolean paused) {
        return new ContainerState(
                paused ? Status.PAUSED : Status.RUNNING, pid, exitCode, oomKilled, error, startedAt, finishedAt);
    }

    ContainerState started(int newPid, Instant now) {
        return new ContainerState(Status.RUNNING, newPid, 0, false, "", now, null);
    }

    ContainerState exited(int code, boolean oom, Instant when) {
        return new ContainerState(Status.EXITED, 0, code, oom, "", startedAt, when);
    }

    ContainerState failedToStart(int code, String reason) {
        return new ContainerState(isRunning() ? Status.EXITED : status, 0, code, false, reason, startedAt, finishedAt);
    }

    ContainerState removing() {
        return new ContainerState(Status.REMOVING, pid, exitCode, oomKilled, error, startedAt, finishedAt);
    }
}
