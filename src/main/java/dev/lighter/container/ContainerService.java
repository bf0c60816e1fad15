package dev.lighter.container;

import dev.lighter.container.ContainerState.Status;
import dev.lighter.container.log.ContainerLogs;
import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.event.EventService;
import dev.lighter.http.LighterProperties;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import dev.lighter.image.ImageUsers;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Processes;
import dev.lighter.kernel.cgroup.CgroupLimits;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.launch.Anatomy;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.Exit;
import dev.lighter.launch.LaunchException;
import dev.lighter.launch.LaunchSpec;
import dev.lighter.launch.RunningContainer;
import dev.lighter.network.ContainerNetworking;
import dev.lighter.network.EndpointPlan;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.NetworkConnections;
import dev.lighter.network.NetworkService;
import dev.lighter.network.dns.HostResolvers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/**
 * The life of containers: created, started, stopped, waited for, removed. One container changes under its own lock; the order is always
 * act, record, tell. What happens on the kernel's side reaches this service through {@link RunningContainer#exit}.
 */
@Service
public class ContainerService implements ImageUsers, DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerService.class);
    private static final int FAILED_TO_START = 128;
    private static final int DEFAULT_STOP_SECONDS = 10;
    private static final int EXIT_THREADS = 8;
    private static final int RECORDERS = 4;
    private static final int KILL_TIMEOUT_SECONDS = 30;

    private final ContainerStore store;
    private final ContainerLauncher launcher;
    private final ImageService images;
    private final ContainerEvents events;
    private final ContainerLogs logs;
    private final LaunchSpecMaker launchSpecs;
    private final ResourceChecks resourceChecks;
    private final ContainerNetworking networking;
    private final ContainerPlaces places;
    private final ContainerDirectories directories;
    private final ContainerRegistry registry = new ContainerRegistry();
    private final Restarts restarts = new Restarts(this::again);
    private final ExecutorService exits = Executors.newFixedThreadPool(EXIT_THREADS, task -> {
        Thread thread = new Thread(task, "lighter-exit");
        thread.setDaemon(true);
        return thread;
    });

    private final ExecutorService recorder = Executors.newFixedThreadPool(RECORDERS, task -> {
        Thread thread = new Thread(task, "lighter-recorder");
        thread.setDaemon(true);
        return thread;
    });

    ContainerService(
            ContainerStore store,
            ContainerLauncher launcher,
            ImageService images,
            EventService events,
            ContainerLogs logs,
            ContainerNetworking networking,
            NetworkConnections connections,
            NetworkService networks,
            HostResolvers resolvers,
            Cgroups cgroups,
            LighterProperties properties,
            ContainerSettings settings)
            throws IOException {
        this.store = store;
        this.launcher = launcher;
        this.images = images;
        this.events = new ContainerEvents(events);
        this.logs = logs;
        this.directories = new ContainerDirectories(properties.data());
        this.launchSpecs = new LaunchSpecMaker(images, directories, settings);
        this.resourceChecks = new ResourceChecks(cgroups);
        this.networking = networking;
        this.places = new ContainerPlaces(
                registry, networking, connections, networks, launcher, directories, new EtcFiles(resolvers));
    }

    /** Everything that the reconciler works on. */
    ContainerRegistry registry() {
        return registry;
    }

    ContainerEvents events() {
        return events;
    }

    /** Where what comes after ends is carried out. */
    ExecutorService exits() {
        return exits;
    }

    /** What a container that runs was made from. */
    LaunchSpec launchSpec(Container container) {
        return launchSpecs.make(container, "", "", CgroupLimits.NONE);
    }

    ContainerDirectories directories() {
        return directories;
    }

    /** Makes a container from an image. Gives it; it does not run yet. */
    public ContainerView create(ContainerRequest request) {
        ImageDetails image = images.get(request.image());
        String id = ContainerNames.newId();
        String asked = request.name();
        String name = asked == null || asked.isEmpty()
                ? ContainerNames.generate(registry::isTaken)
                : ContainerNames.checked(asked);
        ContainerSpec spec = places.resolved(SpecMaker.make(id, request, image));
        spec = spec.with(resourceChecks.checked(spec.resources()), spec.supervision());
        registry.reserve(name, id);
        boolean done = false;
        try {
            ContainerView view = new ContainerView(id, name, spec, ContainerState.created());
            Container container = new Container(view);
            EndpointPlan plan = places.plan(container, request.endpoints());
            store.insert(view, () -> networking.record(plan));
            try {
                directories.create(id);
                launcher.prepare(directories.of(id));
            } catch (IOException e) {
                store.delete(id, () -> networking.recordRemoval(id));
                throw EngineException.internal("the container's directory cannot be made: " + e.getMessage(), e);
            }
            networking.add(plan);
            registry.add(container);
            done = true;
            events.created(view);
            return view;
        } finally {
            if (!done) {
                registry.release(name, id);
            }
        }
    }

    /** Starts a container; false when it runs already. */
    public boolean start(String reference) {
        Container container = registry.find(reference);
        container.lock.lock();
        try {
            if (container.state.isPaused()) {
                throw EngineException.conflict("cannot start a paused container, try unpause instead");
            }
            if (container.state.isRunning()) {
                return false;
            }
            requireNotRemoving(container);
            container.restartMillis = 0;
            begin(container, 0);
            return true;
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
        exits.execute(() -> startAgain(container));
    }

    private void begin(Container container, int times) {
        StartingNetwork network;
        try {
            network = places.open(container);
        } catch (EngineException e) {
            throw failed(container, FAILED_TO_START, "failed to set up container networking: " + e.getMessage(), e);
        }
        container.state = container.state.restarted(times);
        start(container, network);
        events.started(container.view());
    }

    /** All containers are settled: those that are to run without anybody's doing are started. */
    void settled() {
        for (Container container : registry.all()) {
            container.lock.lock();
            try {
                ContainerState state = container.state;
                boolean starts = !state.isRunning()
                        && !state.isRestarting()
                        && state.status() != Status.REMOVING
                        && container.spec.supervision().wantsStart(state);
                if (starts) {
                    record(container, state.restarting());
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

    private void start(Container container, StartingNetwork network) {
        // The intention is recorded, and then the network made, while files and processes are prepared; the program
        // is not sent before both are done. Were the engine to end now, the next one would find out what came of it.
        Instant startedAt = Instant.now();
        ContainerState intention = container.state.started(0, startedAt);
        CompletableFuture<Void> ready = CompletableFuture.runAsync(
                () -> {
                    store.update(container.id, intention, network::record);
                    try {
                        network.raise();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                recorder);
        RunningContainer running = null;
        try {
            running = launcher.launch(
                    launchSpecs.make(
                            container,
                            network.hosts(),
                            network.resolvConf(),
                            ResourceLimits.of(container.spec.resources())),
                    network.launch(ready));
            watch(container, running, startedAt);
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
        ContainerState state = container.state.failedToStart(exitCode, reason);
        container.state = state;
        store.update(container.id, state, () -> networking.recordAbandonment(container.id));
        container.nextExit.complete(new WaitResult(exitCode, ""));
        logs.ended(container.id);
        container.nextExit = new CompletableFuture<>();
        if (container.spec.autoRemove()) {
            exits.execute(() -> removeQuietly(container));
        }
        boolean refused = exitCode == 126
                || exitCode == 127
                || cause instanceof LaunchException failure && failure.isRefusal();
        Kind kind = refused
                ? Kind.INVALID
                : cause instanceof EngineException known ? known.kind() : Kind.INTERNAL;
        return new EngineException(kind, reason, cause);
    }

    /** A process is there for the container, newly launched or found again. To be called under its lock. */
    void watch(Container container, RunningContainer running, Instant startedAt) {
        container.running = running;
        container.state = container.state.started(running.pid(), startedAt);
        container.started.complete(running);
        var ignored = running.exit().thenAcceptAsync(exit -> ended(container, exit), exits);
    }

    /** The container's process has ended and its output is complete. */
    void ended(Container container, Exit exit) {
        CompletableFuture<WaitResult> waiters;
        container.lock.lock();
        try {
            container.running = null;
            container.started = new CompletableFuture<>();
            ContainerState state = container.state.exited(exit.code(), exit.oomKilled(), exit.finishedAt());
            boolean again = false;
            if (container.state.status() == Status.REMOVING) {
                state = state.removing();
            } else if (container.spec.supervision().wantsRestart(state)) {
                state = state.restarting();
                again = true;
            }
            container.state = state;
            try {
                store.update(container.id, state, () -> networking.recordRelease(container.id));
            } catch (RuntimeException e) {
                // Whoever waits must know of it all the same; the next start finds the end in the container's
                // directory.
                LOG.error("The end of container {} cannot be recorded: {}", container.id, e.getMessage());
            }
            try {
                networking.ended(container.id, container.name);
            } catch (EngineException e) {
                LOG.error("What container {} had of networks is not given back: {}", container.id, e.getMessage());
            }
            waiters = container.nextExit;
            container.nextExit = new CompletableFuture<>();
            if (again) {
                restarts.ended(container);
            }
        } finally {
            container.lock.unlock();
        }
        events.ended(container.view());
        waiters.complete(new WaitResult(exit.code(), ""));
        if (container.spec.autoRemove()) {
            removeQuietly(container);
        }
    }

    private void removeQuietly(Container container) {
        try {
            remove(container, false);
        } catch (EngineException e) {
            if (e.kind() != Kind.CONFLICT) {
                LOG.error("Container {} cannot be removed after its end", container.id, e);
            }
        }
    }

    /**
     * Stops a container with its stop signal, and kills it when that has not helped in time; false when it does not run.
     *
     * @param signal null for the container's own
     * @param timeoutSeconds null for the container's own; -1 to wait for ever
     */
    public boolean stop(String reference, @Nullable String signal, @Nullable Integer timeoutSeconds) {
        Container container = registry.find(reference);
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
        send(container, running, number);
        events.killed(container.view(), number);
        if (!await(exit, seconds)) {
            send(container, running, Processes.SIGKILL);
            if (!await(exit, KILL_TIMEOUT_SECONDS)) {
                throw EngineException.internal(
                        "cannot stop container: " + reference + ": it did not end after SIGKILL", null);
            }
        }
        events.stopped(container.view());
        return true;
    }

    /** The next end of a container is somebody's wish, which an engine that comes after this one must know, too, before it would start it again. */
    private void askToEnd(Container container) {
        container.lock.lock();
        try {
            if (!container.state.isRunning()) {
                return;
            }
            if (container.spec.supervision().isNone()) {
                container.state = container.state.asked();
            } else {
                record(container, container.state.asked());
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
            record(container, container.state.givenUp());
            waiters = container.nextExit;
            container.nextExit = new CompletableFuture<>();
        } finally {
            container.lock.unlock();
        }
        waiters.complete(new WaitResult(container.state.exitCode(), ""));
        events.stopped(container.view());
        return true;
    }

    /** Sends a signal to a running container; SIGKILL when {@code signal} is empty. */
    public void kill(String reference, String signal) {
        int number = signal.isEmpty() ? Processes.SIGKILL : Signals.number(signal);
        Container container = registry.find(reference);
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
        if (number == Processes.SIGKILL || number == Signals.number(own.isEmpty() ? "TERM" : own)) {
            askToEnd(container);
        }
        send(container, running, number);
        events.killed(container.view(), number);
        if (number == Processes.SIGKILL) {
            await(exit, DEFAULT_STOP_SECONDS);
        }
    }

    private void send(Container container, RunningContainer running, int signal) {
        try {
            running.signal(signal);
            if (container.state.isPaused()) {
                // Who is frozen would never see it.
                thaw(container);
            }
        } catch (ErrnoException e) {
            throw EngineException.internal("cannot signal container " + container.id + ": " + e.getMessage(), e);
        }
    }

    private void thaw(Container container) {
        container.lock.lock();
        try {
            if (container.state.isPaused()) {
                freeze(container, false);
            }
        } finally {
            container.lock.unlock();
        }
    }

    /** Freezes a container that runs, or lets it go on, and records that. To be called under its lock. */
    void freeze(Container container, boolean frozen) {
        try {
            launcher.freeze(container.id, container.spec.resources().cgroupParent(), frozen);
        } catch (IOException e) {
            throw EngineException.internal(
                    "container " + container.name + " cannot be " + (frozen ? "paused" : "unpaused") + ": "
                            + e.getMessage(),
                    e);
        }
        record(container, container.state.paused(frozen));
    }

    private static boolean await(CompletableFuture<WaitResult> exit, int seconds) {
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
    public CompletableFuture<WaitResult> await(String reference, WaitCondition condition) {
        Container container = registry.find(reference);
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

    /** Removes a container with all it wrote; kills it first when forced. */
    public void remove(String reference, boolean force) {
        remove(registry.find(reference), force);
    }

    private void remove(Container container, boolean force) {
        RunningContainer running = container.running;
        if (running != null && force) {
            CompletableFuture<WaitResult> exit = container.nextExit;
            askToEnd(container);
            send(container, running, Processes.SIGKILL);
            if (!await(exit, KILL_TIMEOUT_SECONDS)) {
                throw EngineException.internal(
                        "cannot remove container " + container.id + ": it did not end after SIGKILL", null);
            }
        }
        container.lock.lock();
        try {
            if (container.removed.isDone()) {
                if (container.spec.autoRemove()) {
                    return;
                }
                throw EngineException.notFound("No such container: " + container.id);
            }
            if (container.state.isRunning()) {
                throw EngineException.conflict("cannot remove container \"/" + container.name
                        + "\": container is running: stop the container before removing or force remove");
            }
            if (container.state.isRestarting() && !force) {
                throw EngineException.conflict("cannot remove container \"/" + container.name
                        + "\": container is restarting: stop the container before removing or force remove");
            }
            int code = container.state.exitCode();
            record(container, container.state.removing());
            launcher.forget(directories.of(container.id));
            directories.delete(container.id);
            store.delete(container.id, () -> networking.recordRemoval(container.id));
            networking.forget(container.id);
            registry.remove(container);
            container.removed.complete(new WaitResult(code, ""));
            logs.ended(container.id);
        } catch (IOException e) {
            throw EngineException.internal("cannot remove container " + container.id + ": " + e.getMessage(), e);
        } finally {
            container.lock.unlock();
        }
        events.destroyed(container.view());
    }

    private static void requireNotRemoving(Container container) {
        if (container.state.status() == Status.REMOVING) {
            throw EngineException.conflict(
                    "container " + container.id + " is marked for removal and cannot be started");
        }
    }

    /** Records a container's state. To be called under its lock. */
    void record(Container container, ContainerState state) {
        container.state = state;
        store.update(container.id, state);
    }

    /** Every container, newest first. */
    public List<ContainerView> list() {
        return registry.all().stream()
                .map(Container::view)
                .sorted((a, b) -> b.spec().created().compareTo(a.spec().created()))
                .toList();
    }

    /** The container with this id, name, or beginning of an id. */
    public ContainerView get(String reference) {
        return registry.find(reference).view();
    }

    /** The container's process, once it runs: completed already when it does. */
    public CompletableFuture<RunningContainer> process(String reference) {
        return registry.find(reference).started;
    }

    /** The directory that holds a container's log. */
    public Path logDirectory(String reference) {
        return directories.of(registry.find(reference).id).resolve("log");
    }

    /** Changes the size of a container's terminal, in characters. */
    public void resize(String reference, int rows, int columns) {
        Container container = registry.find(reference);
        RunningContainer running = container.running;
        if (running == null) {
            throw EngineException.conflict("Container " + container.id + " is not running");
        }
        try {
            running.resize(rows, columns);
        } catch (ErrnoException e) {
            throw EngineException.invalid("cannot resize container " + container.id + ": it has no terminal");
        }
    }

    /** How many bytes of files a container has written. */
    public long writtenBytes(String reference) {
        Container container = registry.find(reference);
        try {
            return directories.writtenBytes(container.id);
        } catch (IOException e) {
            throw EngineException.internal("the files of container " + container.name + " cannot be measured", e);
        }
    }

    /** A client has attached to a container. */
    public void attached(String reference) {
        events.attached(registry.find(reference).view());
    }

    /** How the latest start made the container. */
    public Anatomy anatomy(String reference) {
        Container container = registry.find(reference);
        if (container.state.startedAt() == null) {
            throw EngineException.conflict(
                    "container " + container.name + " was never started: start it to see how it is made");
        }
        try {
            return launcher.anatomy(directories.of(container.id));
        } catch (IOException e) {
            throw EngineException.internal("the anatomy of container " + container.name + " cannot be read", e);
        }
    }

    /** Puts a container on a network; if it runs, it is there at once. Fails with Docker's words when it cannot be there. */
    public void connect(String network, String reference, EndpointSettings settings) {
        Container container = registry.find(reference);
        container.lock.lock();
        try {
            requireNotRemoving(container);
            places.connect(container, network, settings);
            reconfigure(container);
        } finally {
            container.lock.unlock();
        }
    }

    /** Takes a container off a network; with {@code force} nothing is said when it was not on it. */
    public void disconnect(String network, String reference, boolean force) {
        Container container;
        try {
            container = registry.find(reference);
        } catch (EngineException e) {
            if (force && e.kind() == Kind.NOT_FOUND) {
                return;
            }
            throw e;
        }
        container.lock.lock();
        try {
            places.disconnect(container, network, force);
            reconfigure(container);
        } finally {
            container.lock.unlock();
        }
    }

    private void reconfigure(Container container) {
        if (container.running == null) {
            return;
        }
        try {
            places.configure(container);
        } catch (IOException e) {
            throw EngineException.internal(
                    "the files of names of container " + container.name + " cannot be changed: " + e.getMessage(), e);
        }
    }

    @Override
    public List<ImageUser> usersOf(String imageId) {
        return registry.all().stream()
                .filter(container -> container.spec.imageId().equals(imageId))
                .map(container -> new ImageUser(container.id, container.name, container.state.isRunning()))
                .toList();
    }

    @Override
    public void destroy() {
        restarts.end();
        exits.shutdown();
        recorder.shutdown();
    }
}
