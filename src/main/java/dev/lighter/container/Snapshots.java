package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.http.LighterProperties;
import dev.lighter.image.ImageAssembly;
import dev.lighter.image.ImageUsers;
import dev.lighter.image.NewImage;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import dev.lighter.kernel.TreeCopy;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.network.Endpoint;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.NetworkService;
import dev.lighter.volume.ClonePool;
import dev.lighter.volume.ContainerVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Service;

/**
 * What containers were at some moments. A snapshot is recorded, then made, then recorded as complete together with its image. One that is
 * removed is gone for everybody at once; its files stay while copies are made of them. Volumes whose files are elsewhere on the host,
 * directories of the host and filesystems in memory are no part of it. Safe for all threads.
 */
@Service
public class Snapshots implements ImageUsers, InitializingBean {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final String SNAPSHOTS = "snapshots";
    private static final String VOLUMES = "volumes";

    private final SnapshotStore store;
    private final ContainerService containers;
    private final ContainerCommit commits;
    private final ContainerLauncher launcher;
    private final ContainerVolumes volumes;
    private final NetworkService networks;
    private final ImageAssembly assembly;
    private final EventService events;
    private final ClonePool pool;
    private final Path parent;
    private final Map<String, Snapshot> all = new ConcurrentHashMap<>();
    /** How many are making copies of a snapshot, which keeps its files. */
    private final Map<String, Integer> held = new ConcurrentHashMap<>();

    /** @param settled containers and volumes are settled before snapshots are */
    Snapshots(
            SnapshotStore store,
            ContainerService containers,
            ContainerCommit commits,
            ContainerLauncher launcher,
            ContainerVolumes volumes,
            NetworkService networks,
            ImageAssembly assembly,
            EventService events,
            ClonePool pool,
            LighterProperties properties,
            Reconciler settled) {
        this.store = store;
        this.containers = containers;
        this.commits = commits;
        this.launcher = launcher;
        this.volumes = volumes;
        this.networks = networks;
        this.assembly = assembly;
        this.events = events;
        this.pool = pool;
        this.parent = properties.data().toAbsolutePath().normalize().resolve(SNAPSHOTS);
    }

    /** Brings back all snapshots, and takes away what was being made, is removed, or belongs to nobody. */
    @Override
    public void afterPropertiesSet() throws IOException {
        Files.createDirectories(
                parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        for (Snapshot snapshot : store.all()) {
            if (snapshot.imageId().isEmpty()) {
                LOG.info("Snapshot {} was never made completely; it is removed", snapshot.id());
                delete(snapshot);
            } else {
                all.put(snapshot.id(), snapshot);
            }
        }
        Set<String> there = new HashSet<>(pool.list(SNAPSHOTS));
        try (Stream<Path> directories = Files.list(parent)) {
            directories.forEach(directory -> there.add(directory.getFileName().toString()));
        }
        for (String id : there) {
            if (!all.containsKey(id)) {
                LOG.info("Removing the directory of the unknown snapshot {}", id);
                deleteFiles(id);
            }
        }
        collect();
    }

    /**
     * Makes a snapshot of a container, which stands still meanwhile if it runs.
     *
     * @param name empty for none. Fails with CONFLICT where there is one of the name
     */
    public Snapshot make(String reference, String name, Map<String, String> labels) {
        if (!name.isEmpty()) {
            ContainerNames.checked(name);
        }
        Container container = containers.registry().find(reference);
        Snapshot made;
        container.lock.lock();
        try {
            ContainerCommit.requireThere(container);
            made = make(
                    new Snapshot(
                            ContainerNames.newId(),
                            name.isEmpty() ? null : name,
                            Instant.now().truncatedTo(ChronoUnit.MICROS),
                            container.id,
                            container.name,
                            "",
                            container.spec,
                            endpoints(container.id),
                            Map.copyOf(labels),
                            false),
                    container);
        } finally {
            container.lock.unlock();
        }
        events.publish("snapshot", "create", made.id(), attributes(made));
        return made;
    }

    private Map<String, EndpointSettings> endpoints(String containerId) {
        Map<String, EndpointSettings> endpoints = new LinkedHashMap<>();
        for (Endpoint endpoint : networks.endpointsOf(containerId)) {
            endpoints.put(endpoint.networkId(), endpoint.settings());
        }
        return endpoints;
    }

    private Snapshot make(Snapshot snapshot, Container container) {
        synchronized (this) {
            requireFree(snapshot.name());
            store.insert(snapshot);
            all.put(snapshot.id(), snapshot);
        }
        boolean done = false;
        try {
            try (ContainerCommit.Written written = copied(snapshot, container)) {
                commits.make(container, written, (layer, alongside) -> {
                    NewImage image = new NewImage(
                            written.parentId,
                            layer,
                            commits.config(container),
                            ContainerCommit.step(container, "", "snapshot " + snapshot.shown()),
                            List.of());
                    return assembly.makeUnseen(image, id -> {
                        alongside.accept(id);
                        store.complete(snapshot.id(), id);
                        all.put(snapshot.id(), snapshot.complete(id));
                    });
                });
            }
            done = true;
            return get(snapshot.id());
        } catch (IOException e) {
            throw EngineException.internal(
                    "no snapshot of container " + container.name + " can be made: " + e.getMessage(), e);
        } finally {
            if (!done) {
                delete(snapshot);
                all.remove(snapshot.id());
            }
        }
    }

    private void requireFree(@Nullable String name) {
        if (name != null && all.values().stream().anyMatch(one -> name.equals(one.name()))) {
            throw EngineException.conflict(
                    "a snapshot with the name " + name + " exists already: choose another name or remove it first");
        }
    }

    /** The container stands still while all of it is copied, so that files and volumes are of one moment. */
    private ContainerCommit.Written copied(Snapshot snapshot, Container container) throws IOException {
        Path directory = Files.createDirectories(directory(snapshot.id())).resolve(VOLUMES);
        List<String> taken = ContainerMounts.volumesOf(container.spec).stream()
                .distinct()
                .filter(volumes::isPlain)
                .toList();
        if (!taken.isEmpty()) {
            long bytes = 0;
            for (String volume : taken) {
                bytes += FileTree.bytes(volumes.look(volume));
            }
            pool.make(directory, bytes);
        }
        try (FrozenContainer frozen = FrozenContainer.of(container, containers, launcher)) {
            for (String volume : taken) {
                Path copy = Files.createDirectory(directory.resolve(volume));
                try (Fd from = Fd.open(volumes.look(volume), Fd.O_RDONLY | Fd.O_DIRECTORY, 0);
                        Fd to = Fd.open(copy, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
                    TreeCopy.copy(from, to);
                }
            }
            return commits.written(container, false);
        }
    }

    private Path directory(String id) {
        return parent.resolve(id);
    }

    /** The files of a volume as they were; null where they are no part of the snapshot. */
    @Nullable
    Path volume(Snapshot snapshot, String volumeId) {
        Path all = directory(snapshot.id()).resolve(VOLUMES);
        if (Files.isSymbolicLink(all) && !Files.isDirectory(all)) {
            throw EngineException.internal(
                    "the volumes of snapshot " + snapshot.shown() + " are not here: " + all + " leads nowhere", null);
        }
        Path files = all.resolve(volumeId);
        return Files.isDirectory(files) ? files : null;
    }

    /** All snapshots, newest first. */
    public List<Snapshot> list() {
        return all.values().stream()
                .filter(Snapshots::isThere)
                .sorted(Comparator.comparing(Snapshot::created).reversed())
                .toList();
    }

    /** All that have files or are about to, also those that are being made or that nobody sees any more. */
    Collection<Snapshot> everything() {
        return List.copyOf(all.values());
    }

    static boolean isThere(Snapshot snapshot) {
        return !snapshot.removed() && !snapshot.imageId().isEmpty();
    }

    /** The snapshot with this name, id, or unambiguous beginning of an id. Fails with NOT_FOUND. */
    public Snapshot get(String reference) {
        List<Snapshot> there = list();
        return there.stream()
                .filter(snapshot -> reference.equals(snapshot.name()) || reference.equals(snapshot.id()))
                .findFirst()
                .orElseGet(() -> {
                    List<Snapshot> begun = there.stream()
                            .filter(snapshot ->
                                    !reference.isEmpty() && snapshot.id().startsWith(reference))
                            .toList();
                    if (begun.size() != 1) {
                        throw EngineException.notFound("No such snapshot: " + reference);
                    }
                    return begun.get(0);
                });
    }

    /** A snapshot that stays while something is made of it. */
    final class Held implements AutoCloseable {
        final Snapshot snapshot;

        private Held(Snapshot snapshot) {
            this.snapshot = snapshot;
            held.merge(snapshot.id(), 1, Integer::sum);
        }

        @Override
        public void close() {
            held.computeIfPresent(snapshot.id(), (id, count) -> count == 1 ? null : count - 1);
            collect();
        }
    }

    /** Keeps a snapshot's files, whoever removes it. Fails with NOT_FOUND. */
    synchronized Held hold(String reference) {
        return new Held(get(reference));
    }

    /** How many bytes the copies of its volumes hold. */
    public long volumeBytes(Snapshot snapshot) {
        Path files = directory(snapshot.id()).resolve(VOLUMES);
        try {
            return Files.isDirectory(files) ? FileTree.bytes(files) : 0;
        } catch (IOException e) {
            throw EngineException.internal("snapshot " + snapshot.shown() + " cannot be measured", e);
        }
    }

    /** Removes a snapshot. Copies of it keep all that they have. */
    public void remove(String reference) {
        Snapshot snapshot;
        synchronized (this) {
            snapshot = get(reference);
            store.removed(snapshot.id());
            all.put(snapshot.id(), snapshot.withoutName());
        }
        collect();
        events.publish("snapshot", "destroy", snapshot.id(), attributes(snapshot));
    }

    private static Map<String, String> attributes(Snapshot snapshot) {
        return Map.of("container", snapshot.containerId(), "name", snapshot.shown());
    }

    /** Takes away the files of removed snapshots of which nobody makes copies any more. */
    private synchronized void collect() {
        for (Snapshot snapshot : all.values()) {
            if (snapshot.removed() && !held.containsKey(snapshot.id())) {
                delete(snapshot);
                all.remove(snapshot.id());
            }
        }
    }

    /** The row goes last: what is interrupted is found again. */
    private void delete(Snapshot snapshot) {
        try {
            deleteFiles(snapshot.id());
            store.delete(snapshot.id());
        } catch (IOException e) {
            LOG.warn("Snapshot {} stays behind until the next start: {}", snapshot.id(), e.getMessage());
        }
    }

    void deleteFiles(String id) throws IOException {
        pool.remove(SNAPSHOTS, id);
        try (Fd open = Fd.open(parent, Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            FileTree.remove(open, id);
        }
    }

    @Override
    public List<ImageUser> usersOf(String imageId) {
        return List.of();
    }

    @Override
    public boolean needsLayersOf(String imageId) {
        return all.values().stream()
                .anyMatch(snapshot -> (!snapshot.removed() || held.containsKey(snapshot.id()))
                        && (snapshot.imageId().equals(imageId)
                                || snapshot.spec().imageId().equals(imageId)));
    }
}
