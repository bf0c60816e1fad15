package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.kernel.Processes;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How containers are removed, with all they wrote. Recorded before it is carried out. Safe for all threads. */
final class Removal {
    private static final Logger LOG = LoggerFactory.getLogger(Removal.class);

    private final Surroundings around;
    private final Stopping stopping;

    Removal(Surroundings around, Stopping stopping) {
        this.around = around;
        this.stopping = stopping;
    }

    /**
     * Removes a container with all it wrote; kills it first when forced.
     *
     * @param withVolumes whether volumes without names that only it has go with it
     */
    void remove(Container container, boolean force, boolean withVolumes) {
        RunningContainer running = container.running;
        if (running != null && force) {
            CompletableFuture<WaitResult> exit = container.nextExit;
            stopping.askToEnd(container);
            stopping.send(container, running, Processes.SIGKILL, true);
            if (!Stopping.await(exit, Stopping.KILL_TIMEOUT_SECONDS)) {
                throw EngineException.internal(
                        "cannot remove container " + container.id + ": it did not end after SIGKILL", null);
            }
        }
        CompletableFuture<WaitResult> waiters;
        int code;
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
            code = container.state.exitCode();
            List<String> volumes = withVolumes ? around.volumes().ownOf(container.id) : List.of();
            container.state = container.state.removing();
            around.store().update(container.id, container.state, () -> around.volumes()
                    .recordRemoval(volumes));
            around.deleteFiles(container);
            around.store().delete(container.id, () -> around.networking().recordRemoval(container.id));
            around.networking().forget(container.id);
            around.volumes().forget(container.id, volumes);
            around.registry().remove(container);
            container.removed.complete(new WaitResult(code, ""));
            waiters = container.nextExit;
            around.logs().ended(container.id);
        } catch (IOException e) {
            throw EngineException.internal("cannot remove container " + container.id + ": " + e.getMessage(), e);
        } finally {
            container.lock.unlock();
        }
        around.events().destroyed(container.view());
        // Who waits for an end of one that did not run would wait for ever.
        waiters.complete(new WaitResult(code, ""));
    }

    /** Removes one that has ended and is not to stay; a failure is only logged. */
    void removeQuietly(Container container) {
        try {
            remove(container, false, true);
        } catch (EngineException e) {
            if (e.kind() != Kind.CONFLICT) {
                LOG.error("Container {} cannot be removed after its end", container.id, e);
            }
        }
    }
}
