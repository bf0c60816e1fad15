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
 * @param restarts how often it was started by its restart policy since somebody started it
 * @param stopped whether its last run was ended by somebody, and not by itself
 * @param health what its probes have found; null before its first start, and where there are none
 */
public record ContainerState(
        Status status,
        int pid,
        int exitCode,
        boolean oomKilled,
        String error,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int restarts,
        boolean stopped,
        @Nullable ContainerHealth health) {
    /** A state that no restart policy has had a part in. */
    public ContainerState(
            Status status,
            int pid,
            int exitCode,
            boolean oomKilled,
            String error,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt) {
        this(status, pid, exitCode, oomKilled, error, startedAt, finishedAt, 0, false, null);
    }

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
        RESTARTING,
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

    /** Whether it has ended and will be started again by its restart policy, after a while. */
    public boolean isRestarting() {
        return status == Status.RESTARTING;
    }

    private ContainerState with(Status other) {
        return new ContainerState(
                other, pid, exitCode, oomKilled, error, startedAt, finishedAt, restarts, stopped, health);
    }

    ContainerState paused(boolean paused) {
        return with(paused ? Status.PAUSED : Status.RUNNING);
    }

    ContainerState started(int newPid, Instant now) {
        return new ContainerState(Status.RUNNING, newPid, 0, false, "", now, null, restarts, false, health);
    }

    /** It was found running by an engine that came later. */
    ContainerState adopted(int itsPid, Instant itsStart) {
        return new ContainerState(
                isPaused() ? Status.PAUSED : Status.RUNNING,
                itsPid,
                0,
                false,
                "",
                itsStart,
                null,
                restarts,
                stopped,
                health);
    }

    ContainerState exited(int code, boolean oom, Instant when) {
        return new ContainerState(Status.EXITED, 0, code, oom, "", startedAt, when, restarts, stopped, healthAtEnd());
    }

    /** It will be started again. */
    ContainerState restarting() {
        return with(Status.RESTARTING);
    }

    /** It will not be started again, since somebody said so. */
    ContainerState givenUp() {
        return with(Status.EXITED).asked();
    }

    /** Somebody has asked for its end. */
    ContainerState asked() {
        return new ContainerState(
                status, pid, exitCode, oomKilled, error, startedAt, finishedAt, restarts, true, health);
    }

    /** About to be started, after so many starts by its restart policy. */
    ContainerState restarted(int times) {
        return new ContainerState(
                status, pid, exitCode, oomKilled, error, startedAt, finishedAt, times, stopped, health);
    }

    ContainerState failedToStart(int code, String reason) {
        Status now = isRunning() || isRestarting() ? Status.EXITED : status;
        return new ContainerState(now, 0, code, false, reason, startedAt, finishedAt, restarts, stopped, healthAtEnd());
    }

    /** A probe has found something, or the probes begin anew. */
    ContainerState withHealth(@Nullable ContainerHealth found) {
        return new ContainerState(
                status, pid, exitCode, oomKilled, error, startedAt, finishedAt, restarts, stopped, found);
    }

    private @Nullable ContainerHealth healthAtEnd() {
        return health == null ? null : health.ended();
    }

    ContainerState removing() {
        return with(Status.REMOVING);
    }
}
