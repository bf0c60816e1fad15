package dev.lighter.container;

import dev.lighter.container.ContainerState.Status;
import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.launch.JoinedNamespaces;
import dev.lighter.launch.LaunchException;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How containers start: because somebody says so, or by their restart policy. Safe for all threads. */
final class Starting {
    private static final Logger LOG = LoggerFactory.getLogger(Starting.class);
    private static final int FAILED_TO_START = 128;
    private static final int RECORDERS = 4;

    private final Surroundings around;
    private final ContainerPlaces places;
    private final SharedNamespaces namespaces;
    private final LaunchSpecMaker launchSpecs;
    private final Removal removal;
    private final Stopping stopping;
    private final HealthChecks health;
    private final Restarts restarts;
    private final Endings endings;
    private final ExecutorService recorder = Executors.newFixedThreadPool(RECORDERS, task -> {
        Thread thread = new Thread(task, "lighter-recorder");
        thread.setDaemon(true);
        return thread;
    });

    Starting(
            Surroundings around,
            ContainerPlaces places,
            SharedNamespaces namespaces,
            LaunchSpecMaker launchSpecs,
            Stopping stopping,
            Removal removal,
            HealthChecks health) {
        this.around = around;
        this.places = places;
        this.namespaces = namespaces;
        this.launchSpecs = launchSpecs;
        this.removal = removal;
        this.stopping = stopping;
        this.health = health;
        this.restarts = new Restarts(this::again);
        this.endings = new Endings(around, removal, restarts, health);
    }

    /** Starts a container; false when it runs already. */
    boolean start(Container container) {
        container.lock.lock();
        try {
            if (container.state.isPaused()) {
                throw EngineException.conflict("cannot start a paused container, try unpause instead");
            }
            if (container.state.isRunning()) {
                return false;
            }
            if (container.state.status() == Status.REMOVING) {
                throw EngineException.conflict(
                        "container " + container.id + " is marked for removal and cannot be started");
            }
            container.restartMillis = 0;
            begin(container, 0);
            return true;
        } finally {
            container.lock.unlock();
        }
    }

    /**
     * Stops a container, if it runs, and starts it; one that is removed at its end stays.
     *
     * @param signal null for the container's own
     * @param timeoutSeconds null for the container's own; -1 to wait for ever
     */
    void restart(Container container, @Nullable String signal, @Nullable Integer timeoutSeconds) {
        keep(container, 1);
        try {
            stopping.stop(container.id, signal, timeoutSeconds);
            start(container);
        } finally {
            boolean goes = keep(container, -1);
            if (goes) {
                removal.removeQuietly(container);
            }
        }
        around.events().restarted(container.view());
    }

    /** Gives whether the container has ended meanwhile, and nobody keeps it. */
    private static boolean keep(Container container, int change) {
        container.lock.lock();
        try {
            container.keepers = container.keepers + change;
            return container.keepers == 0
                    && container.spec.autoRemove()
                    && container.state.status() == Status.EXITED;
        } finally {
            container.lock.unlock();
        }
    }

    /** Starts a container whose restart policy wants it, unless somebody has decided otherwise meanwhile. */
    private void startAgain(Container container) {
        container.lock.lock();
        try {
            if (container.state.isRestarting()) {
                begin(container, container.state.restarts() + 1);
            }
        } catch (EngineException e) {
            LOG.warn("Container {} cannot be started again: {}", container.id, e.getMessage());
        } finally {
            container.lock.unlock();
        }
    }

    private void again(Container container) {
        around.exits().execute(() -> startAgain(container));
    }

    private void begin(Container container, int times) {
        container.state = container.state.restarted(times);
        JoinedNamespaces open;
        try {
            open = namespaces.open(container);
        } catch (EngineException e) {
            throw failed(container, FAILED_TO_START, String.valueOf(e.getMessage()), e);
        }
        try (JoinedNamespaces joined = open) {
            begin(container, joined);
        }
    }

    private void begin(Container container, JoinedNamespaces joined) {
        StartingNetwork network;
        try {
            network = places.open(container);
        } catch (EngineException e) {
            throw failed(container, FAILED_TO_START, "failed to set up container networking: " + e.getMessage(), e);
        }
        container.state = HealthChecks.unknown(container);
        start(container, network, joined);
        health.begin(container);
        around.events().started(container.view());
    }

    /** All containers are settled: those that are to run without anybody's doing are started. */
    void settled() {
        for (Container container : around.registry().all()) {
            container.lock.lock();
            try {
                ContainerState state = container.state;
                boolean starts = !state.isRunning()
                        && !state.isRestarting()
                        && state.status() != Status.REMOVING
                        && container.spec.supervision().wantsStart(state);
                if (starts) {
                    around.record(container, state.restarting());
                }
                if (container.state.isRestarting() && container.restartMillis == 0) {
                    restarts.ended(container);
                }
            } finally {
                container.lock.unlock();
            }
        }
        restarts.begin();
    }

    private void start(Container container, StartingNetwork network, JoinedNamespaces joined) {
        // The intention is recorded, and then the network made, while files and processes are prepared; the program
        // is not sent before both are done. Were the engine to end now, the next one would find out what came of it.
        Instant startedAt = Instant.now();
        ContainerState intention = container.state.started(0, startedAt);
        CompletableFuture<Void> ready = CompletableFuture.runAsync(
                () -> {
                    around.store().update(container.id, intention, network::record);
                    try {
                        network.raise();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                recorder);
        RunningContainer running = null;
        try {
            running = around.launcher().launch(
                    launchSpecs.make(
                            container,
                            network.hosts(),
                            network.resolvConf(),
                            around.mounts().open(container),
                            ResourceLimits.of(container.spec.resources())),
                    network.launch(ready),
                    joined);
            watch(container, running, container.state.started(running.pid(), startedAt));
            network.started();
        } catch (LaunchException e) {
            throw abandoned(container, network, ready, e.exitCode(), String.valueOf(e.getMessage()), e);
        } catch (IOException | UncheckedIOException e) {
            throw abandoned(
                    container,
                    network,
                    ready,
                    FAILED_TO_START,
                    "failed to set up container networking: " + e.getMessage(),
                    e);
        } catch (RuntimeException e) {
            throw abandoned(container, network, ready, FAILED_TO_START, String.valueOf(e.getMessage()), e);
        }
    }

    /** Undoes a start that failed half-way, when all that it began has come to an end. */
    private EngineException abandoned(
            Container container,
            StartingNetwork network,
            CompletableFuture<Void> ready,
            int exitCode,
            String reason,
            Exception cause) {
        var ignored = ready.handle((done, failure) -> done).join();
        network.abandon();
        return failed(container, exitCode, reason, cause);
    }

    /** Records and tells that a start came to nothing; gives what is to be thrown. */
    private EngineException failed(Container container, int exitCode, String reason, Exception cause) {
        around.mounts().ended(container);
        ContainerState state = container.state.failedToStart(exitCode, reason);
        boolean again = state.restarts() > 0 && container.spec.supervision().wantsRestart(state);
        if (again) {
            state = state.restarting();
        }
        container.state = state;
        around.store().update(container.id, state, () -> around.networking().recordAbandonment(container.id));
        container.nextExit.complete(new WaitResult(exitCode, ""));
        around.logs().ended(container.id);
        container.nextExit = new CompletableFuture<>();
        if (again) {
            restarts.failed(container);
        }
        if (container.spec.autoRemove()) {
            around.exits().execute(() -> removal.removeQuietly(container));
        }
        boolean refused = exitCode == 126
                || exitCode == 127
                || cause instanceof LaunchException failure && failure.isRefusal();
        Kind kind = refused
                ? Kind.INVALID
                : cause instanceof EngineException known ? known.kind() : Kind.INTERNAL;
        return new EngineException(kind, reason, cause);
    }

    /** A process is there for the container, newly launched or found again, which gives it this state. To be called under its lock. */
    void watch(Container container, RunningContainer running, ContainerState state) {
        container.running = running;
        container.state = state;
        container.started.complete(running);
        var ignored = running.exit().thenAcceptAsync(exit -> endings.ended(container, exit), around.exits());
    }

    /** What is done when a container's process has ended. */
    Endings endings() {
        return endings;
    }

    /** No container starts by itself any more. */
    void end() {
        restarts.end();
        recorder.shutdown();
    }
}
