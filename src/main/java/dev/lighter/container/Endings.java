package dev.lighter.container;

import dev.lighter.container.ContainerState.Status;
import dev.lighter.error.EngineException;
import dev.lighter.launch.Exit;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done when containers have ended: recorded, told to who waits, and then removed or started again. Safe for all threads. */
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final Surroundings around;
    private final Removal removal;
    private final Restarts restarts;
    private final HealthChecks health;

    Endings(Surroundings around, Removal removal, Restarts restarts, HealthChecks health) {
        this.around = around;
        this.removal = removal;
        this.restarts = restarts;
        this.health = health;
    }

    /** The container's process has ended and its output is complete. */
    void ended(Container container, Exit exit) {
        CompletableFuture<WaitResult> waiters;
        boolean goes;
        container.lock.lock();
        try {
            health.end(container);
            goes = container.spec.autoRemove() && container.keepers == 0;
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
                around.store()
                        .update(container.id, state, () -> around.networking().recordRelease(container.id));
            } catch (RuntimeException e) {
                // Whoever waits must know of it all the same; the next start finds the end in the container's
                // directory.
                LOG.error("The end of container {} cannot be recorded: {}", container.id, e.getMessage());
            }
            try {
                around.networking().ended(container.id, container.name);
            } catch (EngineException e) {
                LOG.error("What container {} had of networks is not given back: {}", container.id, e.getMessage());
            }
            around.mounts().ended(container);
            waiters = container.nextExit;
            container.nextExit = new CompletableFuture<>();
            if (again) {
                restarts.ended(container);
            }
        } finally {
            container.lock.unlock();
        }
        around.events().ended(container.view());
        waiters.complete(new WaitResult(exit.code(), ""));
        if (goes) {
            removal.removeQuietly(container);
        }
    }
}
