package dev.lighter.container;

import dev.lighter.container.ContainerState.Status;
import dev.lighter.container.log.ContainerLogs;
import dev.lighter.container.log.LogSettings;
import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.event.EventService;
import dev.lighter.http.LighterProperties;
import dev.lighter.image.ImageService;
import dev.lighter.image.ImageUsers;
import dev.lighter.image.WrittenLayer;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.cgroup.CgroupLimits;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.launch.Anatomy;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.LaunchSpec;
import dev.lighter.launch.LogPolicy;
import dev.lighter.launch.RunningContainer;
import dev.lighter.network.ContainerNetworking;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.NetworkConnections;
import dev.lighter.network.NetworkService;
import dev.lighter.network.dns.HostResolvers;
import dev.lighter.volume.ContainerVolumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/**
 * The life of containers: created, started, stopped, waited for, removed. One container changes under its own lock; the order is always
 * act, record, tell. What happens on the kernel's side reaches it through {@link RunningContainer#exit}. This is the door to those who do
 * it: {@link Creation}, {@link Starting}, {@link Stopping}, {@link Endings} and {@link Removal}.
 */
@Service
public class ContainerService implements ImageUsers, DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerService.class);
    private static final int EXIT_THREADS = 8;

    private final ImageService images;
    private final LaunchSpecMaker launchSpecs;
    private final ContainerPlaces places;
    private final Surroundings around;
    private final Creation creation;
    private final WrittenFiles written;
    private final HealthChecks health;
    private final Stopping stopping;
    private final Removal removal;
    private final Starting starting;
    private final UserRanges users;
    private final UnhealthyContainers unhealthy;

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
            ContainerVolumes volumes,
            LighterProperties properties,
            ContainerSettings settings,
            LogSettings logSettings)
            throws IOException {
        ContainerRegistry registry = new ContainerRegistry();
        ContainerDirectories directories = new ContainerDirectories(properties.data());
        ExecutorService exits = Executors.newFixedThreadPool(EXIT_THREADS, task -> {
            Thread thread = new Thread(task, "lighter-exit");
            thread.setDaemon(true);
            return thread;
        });
        this.images = images;
        this.launchSpecs = new LaunchSpecMaker(images, directories, settings, logSettings);
        this.places = new ContainerPlaces(
                registry, networking, connections, networks, launcher, directories, new EtcFiles(resolvers));
        this.around = new Surroundings(
                registry,
                store,
                launcher,
                new ContainerEvents(events),
                logs,
                networking,
                new ContainerMounts(registry, volumes, images, launcher),
                volumes,
                directories,
                exits);
        this.health = new HealthChecks(around, this::launchSpec, this::unhealthy);
        this.stopping = new Stopping(around, health);
        this.removal = new Removal(around, stopping);
        SharedNamespaces namespaces = new SharedNamespaces(registry);
        this.users = new UserRanges(registry, settings.userNamespaces());
        this.creation = new Creation(around, images, places, namespaces, users, new ResourceChecks(cgroups));
        this.written = new WrittenFiles(around, images);
        this.starting = new Starting(around, places, namespaces, launchSpecs, stopping, removal, health);
        this.unhealthy = new UnhealthyContainers(around, stopping, starting);
    }

    /** Everything that the reconciler works on. */
    ContainerRegistry registry() {
        return around.registry();
    }

    ContainerEvents events() {
        return around.events();
    }

    /** Where what comes after ends is carried out. */
    ExecutorService exits() {
        return around.exits();
    }

    /** What a container that runs was made from. */
    LaunchSpec launchSpec(Container container) {
        return launchSpecs.make(container, "", "", around.mounts().look(container), CgroupLimits.NONE);
    }

    /** How much is kept of what a container writes. */
    LogPolicy logPolicy(Container container) {
        return launchSpecs.logPolicy(container.spec);
    }

    ContainerDirectories directories() {
        return around.directories();
    }

    /** Brings back the writable layer of a container that may not grow beyond a size. */
    void limit(Container container) throws IOException {
        around.limit(container.id, container.spec);
    }

    /** Deletes a container's directory, in which nothing is written any more. */
    void deleteFiles(Container container) throws IOException {
        around.deleteFiles(container);
    }

    /** How containers are asked to end, and frozen. */
    Stopping stopping() {
        return stopping;
    }

    /** How containers are found to work. */
    HealthChecks health() {
        return health;
    }

    private void unhealthy(Container container) {
        unhealthy.turned(container);
    }

    /** How containers start, and what happens at their ends. */
    Starting starting() {
        return starting;
    }

    /** Makes a container from an image. Gives it; it does not run yet. */
    public ContainerView create(ContainerRequest request) {
        return creation.create(request);
    }

    /** Makes a container of a design. */
    ContainerView create(ContainerDesign design) {
        return creation.create(design);
    }

    /** Whether containers that do not say have users and groups of their own. */
    public boolean usuallyOwnUsers() {
        return users.usual();
    }

    /** Starts a container; false when it runs already. */
    public boolean start(String reference) {
        return starting.start(around.registry().find(reference));
    }

    /**
     * Stops a container with its stop signal, and kills it when that has not helped in time; false when it does not run.
     *
     * @param signal null for the container's own
     * @param timeoutSeconds null for the container's own; -1 to wait for ever
     */
    public boolean stop(String reference, @Nullable String signal, @Nullable Integer timeoutSeconds) {
        return stopping.stop(reference, signal, timeoutSeconds);
    }

    /** Sends a signal to a running container; SIGKILL when {@code signal} is empty. */
    public void kill(String reference, String signal) {
        stopping.kill(reference, signal);
    }

    /** A future that completes when the condition holds. */
    public CompletableFuture<WaitResult> await(String reference, WaitCondition condition) {
        return stopping.await(around.registry().find(reference), condition);
    }

    /**
     * Removes a container with all it wrote; kills it first when forced.
     *
     * @param withVolumes whether volumes without names that only it has go with it
     */
    public void remove(String reference, boolean force, boolean withVolumes) {
        removal.remove(around.registry().find(reference), force, withVolumes);
    }

    /** Every container, newest first. */
    public List<ContainerView> list() {
        return around.registry().all().stream()
                .map(Container::view)
                .sorted((a, b) -> b.spec().created().compareTo(a.spec().created()))
                .toList();
    }

    /** How many containers there are. */
    public int count() {
        return around.registry().count();
    }

    /** The container with this id, name, or beginning of an id. */
    public ContainerView get(String reference) {
        return around.registry().find(reference).view();
    }

    /** The container's process, once it runs: completed already when it does. */
    public CompletableFuture<RunningContainer> process(String reference) {
        return around.registry().find(reference).started;
    }

    /** The directory that holds a container's log. */
    public Path logDirectory(String reference) {
        return around.directories().of(around.registry().find(reference).id).resolve("log");
    }

    /** Changes the size of a container's terminal, in characters. */
    public void resize(String reference, int rows, int columns) {
        Container container = around.registry().find(reference);
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
        return written.bytes(around.registry().find(reference));
    }

    /** What a container that does not run has written on top of its image, for whoever is about to remove the container. */
    public WrittenLayer written(String reference) {
        return written.layer(around.registry().find(reference));
    }

    /** Gives what a container has changed in its image's files to a sink, while it may go on changing. */
    public void changes(String reference, FileChange.Sink sink) {
        written.changes(around.registry().find(reference), sink);
    }

    /**
     * Removes the containers that do not run, as far as they are meant; gives the ids of those that went, and how many bytes they had
     * written.
     */
    public PrunedContainers prune(Predicate<ContainerView> meant) {
        List<String> removed = new ArrayList<>();
        long bytes = 0;
        for (ContainerView view : list()) {
            if (view.state().isRunning() || view.state().isRestarting() || !meant.test(view)) {
                continue;
            }
            try {
                long its = writtenBytes(view.id());
                remove(view.id(), false, false);
                removed.add(view.id());
                bytes += its;
            } catch (EngineException e) {
                LOG.info("Container {} is not pruned: {}", view.name(), e.getMessage());
            }
        }
        around.events().pruned(bytes);
        return new PrunedContainers(removed, bytes);
    }

    /** A client has attached to a container. */
    public void attached(String reference) {
        around.events().attached(around.registry().find(reference).view());
    }

    /** How the latest start made the container. */
    public Anatomy anatomy(String reference) {
        Container container = around.registry().find(reference);
        if (container.state.startedAt() == null) {
            throw EngineException.conflict(
                    "container " + container.name + " was never started: start it to see how it is made");
        }
        try {
            return around.launcher().anatomy(around.directories().of(container.id));
        } catch (IOException e) {
            throw EngineException.internal("the anatomy of container " + container.name + " cannot be read", e);
        }
    }

    /** Puts a container on a network; if it runs, it is there at once. Fails with Docker's words when it cannot be there. */
    public void connect(String network, String reference, EndpointSettings settings) {
        Container container = around.registry().find(reference);
        container.lock.lock();
        try {
            if (container.state.status() == Status.REMOVING) {
                throw EngineException.conflict("Container " + container.id
                        + " is marked for removal and cannot be connected or disconnected to the network");
            }
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
            container = around.registry().find(reference);
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
        return around.registry().all().stream()
                .filter(container -> container.spec.imageId().equals(imageId))
                .map(container -> new ImageUser(container.id, container.name, container.state.isRunning()))
                .toList();
    }

    @Override
    public boolean needsLayersOf(String imageId) {
        return around.registry().all().stream()
                .anyMatch(container -> container.rootImageId.equals(imageId)
                        && !container.spec.imageId().equals(imageId));
    }

    @Override
    public void destroy() {
        starting.end();
        unhealthy.end();
        health.close();
        around.exits().shutdown();
        around.rest();
    }
}
