package dev.lighter.container;

import dev.lighter.launch.ContainerLauncher;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The time in which a container that runs stands still, so that its files can be copied. Not recorded: an engine that ends meanwhile leaves
 * a container frozen that is not paused, which the next one lets go on. Used under the container's lock.
 */
final class FrozenContainer implements AutoCloseable {
    private final Container container;
    private final ContainerService containers;
    private final ContainerLauncher launcher;

    private FrozenContainer(Container container, ContainerService containers, ContainerLauncher launcher) {
        this.container = container;
        this.containers = containers;
        this.launcher = launcher;
    }

    /** Freezes a container; null where it does not run, has just ended, or stands still already. */
    static @Nullable FrozenContainer of(Container container, ContainerService containers, ContainerLauncher launcher)
            throws IOException {
        RunningContainer running = container.running;
        if (running == null || container.state.isPaused()) {
            return null;
        }
        FrozenContainer frozen = new FrozenContainer(container, containers, launcher);
        containers.health().end(container);
        boolean done = false;
        try {
            frozen.freeze(true);
            done = true;
            return frozen;
        } catch (IOException e) {
            if (running.exit().isDone()) {
                return null;
            }
            throw e;
        } finally {
            if (!done) {
                containers.health().begin(container);
            }
        }
    }

    private void freeze(boolean freeze) throws IOException {
        try {
            launcher.freeze(container.id, container.spec.resources().cgroupParent(), freeze);
        } catch (IOException e) {
            RunningContainer running = container.running;
            if (freeze || running != null && !running.exit().isDone()) {
                throw e;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            freeze(false);
        } finally {
            containers.health().begin(container);
        }
    }
}
