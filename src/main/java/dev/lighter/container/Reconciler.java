package dev.lighter.container;

import dev.lighter.container.ContainerState.Status;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.cgroup.Cgroup;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.launch.Adoption;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.network.ContainerNetworking;
import dev.lighter.network.NetworkReconciler;
import dev.lighter.volume.ContainerVolumes;
import dev.lighter.volume.VolumeReconciler;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * Settles, at every start of the engine and before it answers, what the database says with what the kernel says: adopts what runs, records
 * what ended, finishes removals, and clears away what belongs to nobody. Every difference is logged.
 */
@Component
class Reconciler implements InitializingBean {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int THREADS = 4;
    private static final int FAILED_TO_START = 128;

    private final ContainerStore store;
    private final ContainerService service;
    private final ContainerLauncher launcher;
    private final ContainerLimits limits;
    private final Cgroups cgroups;
    private final NetworkReconciler networks;
    private final ContainerNetworking networking;
    private final VolumeReconciler volumes;
    private final ContainerVolumes containerVolumes;

    Reconciler(
            ContainerStore store,
            ContainerService service,
            ContainerLauncher launcher,
            ContainerLimits limits,
            Cgroups cgroups,
            NetworkReconciler networks,
            ContainerNetworking networking,
            VolumeReconciler volumes,
            ContainerVolumes containerVolumes) {
        this.store = store;
        this.service = service;
        this.launcher = launcher;
        this.limits = limits;
        this.cgroups = cgroups;
        this.networks = networks;
        this.networking = networking;
        this.volumes = volumes;
        this.containerVolumes = containerVolumes;
    }

    @Override
    public void afterPropertiesSet() throws IOException {
        networks.begin();
        volumes.begin();
        List<ContainerView> rows = store.all();
        Map<String, ContainerSpec> intended = store.intended();
        Set<String> known = new HashSet<>();
        ExecutorService workers = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> settled = new ArrayList<>();
            for (ContainerView row : rows) {
                known.add(row.id());
                service.registry().reserve(row.name(), row.id());
                Container container = new Container(row);
                service.registry().add(container);
                volumes.adopt(
                        row.id(),
                        ContainerMounts.volumesOf(row.spec()),
                        row.state().isRunning());
                settled.add(workers.submit(() -> settle(container, intended.get(container.id))));
            }
            for (Future<?> one : settled) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("the containers cannot be settled", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            workers.shutdown();
        }
        clear(known);
        networks.settle(known);
        volumes.settle();
        service.starting().settled();
    }

    private void settle(Container container, @Nullable ContainerSpec wanted) {
        container.lock.lock();
        try {
            ContainerState state = container.state;
            if (state.status() == Status.REMOVING) {
                LOG.info("Finishing the removal of container {}", container.id);
                remove(container);
                return;
            }
            if (!Files.isDirectory(service.directories().of(container.id))) {
                LOG.info("Container {} was never made completely; it is removed", container.id);
                remove(container);
                return;
            }
            service.directories().discardCopy(container.id);
            service.limit(container);
            Adoption adoption = launcher.adopt(
                    container.id,
                    service.directories().of(container.id),
                    container.spec.resources().cgroupParent(),
                    service.logPolicy(container));
            if (adoption instanceof Adoption.Running running) {
                Instant startedAt = state.startedAt();
                if (!state.isRunning()) {
                    LOG.info("Container {} was started but not recorded; it runs", container.id);
                }
                service.starting()
                        .watch(
                                container,
                                running.container(),
                                state.adopted(
                                        running.container().pid(), startedAt == null ? Instant.now() : startedAt));
                store.update(container.id, container.state);
                launcher.settleFrozen(container.id, container.spec.resources().cgroupParent(), state.isPaused());
                adoptNetwork(container);
                if (wanted != null) {
                    limits.finish(container, wanted);
                }
                if (!state.isPaused()) {
                    service.health().goOn(container);
                }
            } else if (adoption instanceof Adoption.Ended ended && state.isRunning()) {
                LOG.info(
                        "Container {} ended with {} while the engine was away",
                        container.id,
                        ended.exit().code());
                service.starting().endings().ended(container, ended.exit());
            } else if (adoption instanceof Adoption.NeverStarted && state.isRunning()) {
                LOG.info("Container {} was about to start when the engine ended; it did not", container.id);
                container.state = state.failedToStart(FAILED_TO_START, "the engine ended while the container started");
                store.update(container.id, container.state, () -> networking.recordAbandonment(container.id));
                networking.release(container.id);
                containerVolumes.ended(container.id);
                if (container.spec.autoRemove()) {
                    remove(container);
                }
            } else if (container.spec.autoRemove() && state.status() == Status.EXITED) {
                remove(container);
            }
        } catch (IOException e) {
            // One container must not keep all the others from their users.
            LOG.error("Container {} cannot be settled; the next start tries again", container.id, e);
        } finally {
            container.lock.unlock();
        }
    }

    /** A container that has ended this very moment has no namespace to go on with; its end is on its way. */
    private void adoptNetwork(Container container) throws IOException {
        if (container.spec.network().isHost()) {
            networking.openHost(container.id);
        } else if (!container.spec.network().isShared()) {
            try (NetworkNamespace namespace = StartingNetwork.namespaceOf(container)) {
                networks.adopt(container.id, container.needs(), namespace);
            } catch (EngineException e) {
                LOG.info("{}", e.getMessage());
            }
        }
    }

    private void remove(Container container) throws IOException {
        service.deleteFiles(container);
        store.delete(container.id, () -> networking.recordRemoval(container.id));
        networking.release(container.id);
        networking.forget(container.id);
        containerVolumes.forget(container.id, List.of());
        service.registry().remove(container);
    }

    /** What has a directory or a control group but no row belongs to nobody. */
    private void clear(Set<String> known) throws IOException {
        for (String id : service.directories().list()) {
            if (!known.contains(id)) {
                LOG.info("Removing the directory of the unknown container {}", id);
                service.directories().delete(id);
            }
        }
        for (String id : cgroups.list()) {
            if (!known.contains(id)) {
                LOG.info("Removing the control group of the unknown container {}", id);
                Optional<Cgroup> group = cgroups.find(id);
                if (group.isPresent()) {
                    group.get().killAll();
                    group.get().remove();
                }
            }
        }
    }
}
