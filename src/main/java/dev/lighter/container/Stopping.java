package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Processes;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** How containers are asked to end, sent signals, frozen, and waited for. Safe for all threads. */
final class Stopping {
    private static final int DEFAULT_STOP_SECONDS = 10;
    /** How long the end of a killed container is waited for. */
    static final int KILL_TIMEOUT_SECONDS = 30;

    private final Surroundings around;
    private final HealthChecks health;

    Stopping(Surroundings around, HealthChecks health) {
        this.around = around;
        this.health = health;
    }

    /**
     * Stops a container with its stop signal, and kills it when that has not helped in time; false when it does not run.
     *
     * @param signal null for the container's own
     * @param timeoutSeconds null for the container's own; -1 to wait for ever
     */
    boolean stop(String reference, @Nullable String signal, @Nullable Integer timeoutSeconds) {
        Container container = around.registry().find(reference);
        RunningContainer running = container.running;
        if (running == null) {
            return giveUp(container);
        }
        String own = container.spec.stopSignal();
        int number = Signals.number(signal != null && !signal.isEmpty() ? signal : own.isEmpty() ? "TERM" : own);
        Integer ownTimeout = container.spec.stopTimeoutSeconds();
        int seconds = timeoutSeconds != null ? timeoutSeconds : ownTimeout != null ? ownTimeout : DEFAULT_STOP_SECONDS;
        CompletableFuture<WaitResult> exit = container.nextExit;
        askToEnd(container);
        send(container, running, number, true);
        around.events().killed(container.view(), number);
        if (!await(exit, seconds)) {
            send(container, running, Processes.SIGKILL, true);
            if (!await(exit, KILL_TIMEOUT_SECONDS)) {
                throw EngineException.internal(
                        "cannot stop container: " + reference + ": it did not end after SIGKILL", null);
            }
        }
        around.events().stopped(container.view());
        return true;
    }

    /** The next end of a container is somebody's wish, which an engine that comes after this one must know, too, before it would start it again. */
    void askToEnd(Container container) {
        container.lock.lock();
        try {
            if (!container.state.isRunning()) {
                return;
            }
            if (container.spec.supervision().isNone()) {
                container.state = container.state.asked();
            } else {
                around.record(container, container.state.asked());
            }
        } finally {
            container.lock.unlock();
        }
    }

    /** A container that would start again does not; gives whether there was one. */
    private boolean giveUp(Container container) {
        CompletableFuture<WaitResult> waiters;
        container.lock.lock();
        try {
            if (!container.state.isRestarting()) {
                return false;
            }
            around.record(container, container.state.givenUp());
            waiters = container.nextExit;
            container.nextExit = new CompletableFuture<>();
        } finally {
            container.lock.unlock();
        }
        waiters.complete(new WaitResult(container.state.exitCode(), ""));
        around.events().stopped(container.view());
        return true;
    }

    /** Sends a signal to a running container; SIGKILL when {@code signal} is empty. */
    void kill(String reference, String signal) {
        int number = signal.isEmpty() ? Processes.SIGKILL : Signals.number(signal);
        Container container = around.registry().find(reference);
        RunningContainer running = container.running;
        if (running == null) {
            if (giveUp(container)) {
                return;
            }
            throw EngineException.conflict(
                    "cannot kill container: " + reference + ": container " + container.id + " is not running");
        }
        CompletableFuture<WaitResult> exit = container.nextExit;
        String own = container.spec.stopSignal();
        boolean ends = number == Processes.SIGKILL || number == Signals.number(own.isEmpty() ? "TERM" : own);
        if (ends) {
            askToEnd(container);
        }
        send(container, running, number, ends);
        around.events().killed(container.view(), number);
        if (number == Processes.SIGKILL) {
            await(exit, DEFAULT_STOP_SECONDS);
        }
    }

    /**
     * Sends a signal.
     *
     * @param thaw whether a paused container goes on, to see the signal; otherwise the signal waits until somebody unpauses it
     */
    void send(Container container, RunningContainer running, int signal, boolean thaw) {
        try {
            running.signal(signal);
        } catch (ErrnoException e) {
            throw EngineException.internal("cannot signal container " + container.id + ": " + e.getMessage(), e);
        }
        if (thaw && container.state.isPaused()) {
            thaw(container);
        }
    }

    private void thaw(Container container) {
        container.lock.lock();
        try {
            if (!container.state.isPaused()) {
                return;
            }
            freeze(container, false);
        } finally {
            container.lock.unlock();
        }
        around.events().paused(container.view(), false);
    }

    /**
     * Freezes a container that runs, or lets it go on. Recorded first: an engine that finds it otherwise makes it so. To be called under its
     * lock.
     */
    void freeze(Container container, boolean frozen) {
        around.record(container, container.state.paused(frozen));
        try {
            health.end(container);
            around.launcher().freeze(container.id, container.spec.resources().cgroupParent(), frozen);
        } catch (IOException e) {
            around.record(container, container.state.paused(!frozen));
            throw EngineException.internal(
                    "container " + container.name + " cannot be " + (frozen ? "paused" : "unpaused") + ": "
                            + e.getMessage(),
                    e);
        } finally {
            if (!container.state.isPaused()) {
                health.begin(container);
            }
        }
    }

    static boolean await(CompletableFuture<WaitResult> exit, int seconds) {
        try {
            if (seconds < 0) {
                exit.get();
            } else {
                exit.get(seconds, TimeUnit.SECONDS);
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("the engine is shutting down");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** A future that completes when the condition holds. */
    CompletableFuture<WaitResult> await(Container container, WaitCondition condition) {
        container.lock.lock();
        try {
            return switch (condition) {
                case NOT_RUNNING ->
                    container.state.isRunning() || container.state.isRestarting()
                            ? container.nextExit
                            : CompletableFuture.completedFuture(new WaitResult(container.state.exitCode(), ""));
                case NEXT_EXIT -> container.nextExit;
                case REMOVED -> container.removed;
            };
        } finally {
            container.lock.unlock();
        }
    }
}
