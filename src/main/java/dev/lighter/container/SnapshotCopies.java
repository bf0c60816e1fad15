package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.network.EndpointSettings;
import dev.lighter.volume.ContainerVolumes;
import dev.lighter.volume.ContainerVolumes.Wanted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Service;

/**
 * Makes containers of snapshots, several at a time: each stands on the snapshot's files, and has volumes of its own that begin with
 * what the snapshot's held. All copies of a call are there, or none, whatever happens to the engine. Safe for all
 * threads.
 */
@Service
public class SnapshotCopies implements InitializingBean {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCopies.class);
    private static final int MOST_COPIES = 1000;
    private static final int AT_A_TIME = 8;
    private static final int SHORT_ID = 12;

    private final Snapshots snapshots;
    private final SnapshotStore store;
    private final ContainerService containers;
    private final ContainerVolumes volumes;

    SnapshotCopies(Snapshots snapshots, SnapshotStore store, ContainerService containers, ContainerVolumes volumes) {
        this.snapshots = snapshots;
        this.store = store;
        this.containers = containers;
        this.volumes = volumes;
    }

    /** Takes away the copies of calls that an engine's end has interrupted. */
    @Override
    public void afterPropertiesSet() {
        List<String> unfinished = store.unfinished();
        if (!unfinished.isEmpty()) {
            LOG.info("Removing {} copies whose call did not come to its end", unfinished.size());
            discard(unfinished);
        }
    }

    /**
     * Makes copies.
     *
     * @param names what they are called, as many as there are copies; empty for generated names
     * @param start whether they are started
     */
    public List<ContainerView> make(String reference, int count, List<String> names, boolean start) {
        if (count < 1 || count > MOST_COPIES) {
            throw EngineException.invalid("count must be between 1 and " + MOST_COPIES);
        }
        if (!names.isEmpty() && names.size() != count) {
            throw EngineException.invalid(
                    "names: there are " + names.size() + " for " + count + " copies: give each one, or none");
        }
        try (Snapshots.Held held = snapshots.hold(reference)) {
            return make(held.snapshot, count, names, start);
        }
    }

    private List<ContainerView> make(Snapshot snapshot, int count, List<String> names, boolean start) {
        ExecutorService workers = Executors.newFixedThreadPool(Math.min(count, AT_A_TIME), task -> {
            Thread thread = new Thread(task, "lighter-copy");
            thread.setDaemon(true);
            return thread;
        });
        List<Future<String>> copying = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                String name = names.isEmpty() ? null : names.get(i);
                copying.add(workers.submit(() -> copy(snapshot, name, start)));
            }
            return finish(copying);
        } finally {
            workers.shutdown();
        }
    }

    private String copy(Snapshot snapshot, @Nullable String name, boolean start) {
        String id = containers.create(new Copy(snapshot, name)).id();
        boolean done = false;
        try {
            if (start) {
                containers.start(id);
            }
            done = true;
            return id;
        } finally {
            if (!done) {
                discard(List.of(id));
            }
        }
    }

    private List<ContainerView> finish(List<Future<String>> copying) {
        List<String> made = new ArrayList<>();
        RuntimeException failure = null;
        for (Future<String> one : copying) {
            try {
                made.add(one.get());
            } catch (ExecutionException e) {
                failure = failure == null && e.getCause() instanceof RuntimeException known ? known : failure;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure = EngineException.unavailable("the engine is shutting down");
            }
        }
        if (failure != null || made.size() < copying.size()) {
            discard(made);
            throw failure == null ? EngineException.internal("the copies cannot be made", null) : failure;
        }
        store.copied(made);
        return made.stream().map(containers::get).toList();
    }

    private void discard(List<String> ids) {
        for (String id : ids) {
            try {
                containers.remove(id, true, true);
            } catch (EngineException e) {
                if (e.kind() != EngineException.Kind.NOT_FOUND) {
                    LOG.warn("The copy {} stays behind: {}", id, e.getMessage());
                }
            }
        }
        if (!ids.isEmpty()) {
            store.copied(ids);
        }
    }

    /** One copy of a snapshot. */
    private final class Copy implements ContainerDesign {
        private final Snapshot snapshot;
        private final @Nullable String name;

        Copy(Snapshot snapshot, @Nullable String name) {
            this.snapshot = snapshot;
            this.name = name;
        }

        @Override
        public @Nullable String name() {
            return name;
        }

        @Override
        public ContainerMounts.Claimed claim(String id) {
            List<MountPoint> points = snapshot.spec().storage().mounts();
            Map<String, Wanted> wanted = new LinkedHashMap<>();
            for (String volume : ContainerMounts.volumesOf(snapshot.spec())) {
                wanted.computeIfAbsent(volume, this::wanted);
            }
            ContainerVolumes.Claim claim = volumes.claim(id, List.copyOf(wanted.values()));
            Map<String, String> made = new LinkedHashMap<>();
            List<String> before = List.copyOf(wanted.keySet());
            for (int i = 0; i < before.size(); i++) {
                made.put(before.get(i), claim.ids().get(i));
            }
            return new ContainerMounts.Claimed(
                    points.stream()
                            .map(point -> point.kind() == MountPoint.Kind.VOLUME
                                    ? point.inherited(true).from(made.getOrDefault(point.source(), point.source()))
                                    : point)
                            .toList(),
                    claim);
        }

        private Wanted wanted(String volume) {
            Path files = snapshots.volume(snapshot, volume);
            return files == null ? Wanted.ofId(volume) : Wanted.copyOf(files);
        }

        @Override
        public ContainerSpec spec(String id, List<MountPoint> mounts) {
            ContainerSpec spec = snapshot.spec();
            boolean usual = spec.hostname().equals(snapshot.containerId().substring(0, SHORT_ID));
            return spec.copied(
                    usual ? id.substring(0, SHORT_ID) : spec.hostname(),
                    spec.network().beside(),
                    mounts);
        }

        @Override
        public String usersMode() {
            return snapshot.spec().users().mode();
        }

        @Override
        public Map<String, EndpointSettings> endpoints() {
            Map<String, EndpointSettings> endpoints = new LinkedHashMap<>();
            if (!snapshot.spec().network().isShared()
                    && !snapshot.spec().network().isNone()) {
                snapshot.endpoints().forEach((network, settings) -> endpoints.put(network, settings.beside()));
            }
            return endpoints;
        }

        @Override
        public String rootImageId() {
            return snapshot.imageId();
        }

        @Override
        public void record(String id) {
            store.copying(id);
        }
    }
}
