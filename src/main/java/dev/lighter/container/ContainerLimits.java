package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.cgroup.Cgroup;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.kernel.cgroup.UnsupportedLimitException;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Changes the limits and the supervision of containers, running or not. The change of one that runs is recorded as wanted, made, and
 * recorded as done, so that an engine that comes after this one can finish what it finds half done. Safe for all threads.
 */
@Service
public class ContainerLimits {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerLimits.class);

    private final ContainerService containers;
    private final ContainerStore store;
    private final ResourceChecks checks;

    ContainerLimits(ContainerService containers, ContainerStore store, Cgroups cgroups) {
        this.containers = containers;
        this.store = store;
        this.checks = new ResourceChecks(cgroups);
    }

    /** Changes them at once and for all later starts. Where something cannot be, all stays as it was. */
    public ContainerView update(String reference, ResourceChange change) {
        Container container = containers.registry().find(reference);
        checks.check(change.alone());
        container.lock.lock();
        try {
            if (container.state.status() == ContainerState.Status.REMOVING) {
                throw EngineException.conflict(
                        "Cannot update container " + container.id + ": container is marked for removal and cannot be"
                                + " \"update\".");
            }
            ContainerSpec before = container.spec;
            ContainerSpec after = before.with(
                    change.appliedTo(before.resources()), supervision(before, change));
            RunningContainer running = container.running;
            if (running == null || after.resources().equals(before.resources())) {
                store.respecify(container.id, after);
            } else {
                store.intend(container.id, after);
                apply(container, running, before, after);
                store.respecify(container.id, after);
            }
            container.spec = after;
        } finally {
            container.lock.unlock();
        }
        containers.events().updated(container.view());
        return container.view();
    }

    private static Supervision supervision(ContainerSpec before, ResourceChange change) {
        Supervision wanted = change.supervision();
        if (wanted == null) {
            return before.supervision();
        }
        wanted.check(false);
        if (before.autoRemove() && !wanted.isNone()) {
            throw EngineException.conflict(
                    "Restart policy cannot be updated because AutoRemove is enabled for the container");
        }
        return before.supervision().withRestartPolicy(wanted);
    }

    private void apply(Container container, RunningContainer running, ContainerSpec before, ContainerSpec after) {
        boolean done = false;
        try {
            change(running, before, after);
            done = true;
        } catch (UnsupportedLimitException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "Cannot update container " + container.id + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.CONFLICT,
                    "Cannot update container " + container.id + ": " + e.getMessage(),
                    e);
        } finally {
            if (!done) {
                store.respecify(container.id, before);
            }
        }
    }

    private static void change(RunningContainer running, ContainerSpec before, ContainerSpec after)
            throws IOException {
        Optional<Cgroup> group = running.cgroup();
        if (group.isPresent()) {
            group.get().limit(ResourceLimits.of(before.resources()), ResourceLimits.of(after.resources()));
        }
    }

    /** Finishes a change that an earlier engine began; to be called under the container's lock, when it is known whether it runs. */
    void finish(Container container, ContainerSpec wanted) {
        ContainerSpec before = container.spec;
        ContainerSpec result = wanted;
        RunningContainer running = container.running;
        if (running != null) {
            try {
                change(running, before, wanted);
            } catch (IOException | EngineException e) {
                LOG.info("The limits of container {} stay as they were: {}", container.id, e.getMessage());
                result = before;
            }
        }
        store.respecify(container.id, result);
        container.spec = result;
    }
}
