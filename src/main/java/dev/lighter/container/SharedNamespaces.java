package dev.lighter.container;

import dev.lighter.container.ContainerSpec.Isolation;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.launch.JoinedNamespaces;
import dev.lighter.launch.RunningContainer;
import org.jspecify.annotations.Nullable;

/**
 * Containers that share the processes, or the queues and memory, of another. They are named by ids once they are created: what is joined
 * was there before, so that no two can wait for each other.
 */
final class SharedNamespaces {
    private static final String CONTAINER = "container:";
    private static final String SHAREABLE = "shareable";

    private final ContainerRegistry registry;

    SharedNamespaces(ContainerRegistry registry) {
        this.registry = registry;
    }

    /** Whether a mode is to join another container. */
    static boolean isJoined(String mode) {
        return mode.startsWith(CONTAINER);
    }

    /** A specification in which those that are joined are named by their ids. Fails when there are none, or when they do not share. */
    ContainerSpec resolved(ContainerSpec spec) {
        Isolation asked = spec.isolation();
        String pidMode = asked.pidMode();
        String ipcMode = asked.ipcMode();
        if (isJoined(pidMode)) {
            pidMode = CONTAINER + find(pidMode).id;
        }
        if (isJoined(ipcMode)) {
            Container donor = find(ipcMode);
            requireShareable(donor);
            ipcMode = CONTAINER + donor.id;
        }
        return spec.isolated(asked.joining(pidMode, ipcMode));
    }

    private Container find(String mode) {
        return registry.find(mode.substring(CONTAINER.length()));
    }

    private static void requireShareable(Container donor) {
        if (!donor.spec.isolation().ipcMode().equals(SHAREABLE)) {
            throw EngineException.invalid("can't join IPC of container " + donor.id
                    + ": non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
        }
    }

    /** What a container that starts joins, open. */
    JoinedNamespaces open(Container container) {
        Isolation isolation = container.spec.isolation();
        Fd pid = isJoined(isolation.pidMode()) ? process("PID", isolation.pidMode()) : null;
        boolean done = false;
        try {
            Fd ipc = isJoined(isolation.ipcMode()) ? process("IPC", isolation.ipcMode()) : null;
            done = true;
            return pid == null && ipc == null ? JoinedNamespaces.NONE : new JoinedNamespaces(pid, ipc);
        } finally {
            if (!done) {
                close(pid);
            }
        }
    }

    private static void close(@Nullable Fd descriptor) {
        if (descriptor != null) {
            descriptor.close();
        }
    }

    private Fd process(String kind, String mode) {
        Container other = find(mode);
        RunningContainer running = other.running;
        if (running == null) {
            throw EngineException.conflict(
                    other.state.isRestarting()
                            ? "container " + other.id + " is restarting, wait until the container is running"
                            : "cannot join " + kind + " of a non running container: " + other.id + ": start it first");
        }
        try {
            return running.pidfd();
        } catch (ErrnoException e) {
            throw EngineException.conflict("cannot join " + kind + " of container " + other.id + ": it has just ended");
        }
    }
}
