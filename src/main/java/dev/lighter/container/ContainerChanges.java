package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.network.NetworkConnections;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What happens to containers between their start and their end: paused and let go on, started anew, given another name. Safe for all threads. */
@Service
public class ContainerChanges {
    private final ContainerService containers;
    private final ContainerStore store;
    private final NetworkConnections connections;

    ContainerChanges(ContainerService containers, ContainerStore store, NetworkConnections connections) {
        this.containers = containers;
        this.store = store;
        this.connections = connections;
    }

    /** Freezes all processes of a container. */
    public void pause(String reference) {
        freeze(reference, true);
    }

    /** Lets a paused container go on. */
    public void unpause(String reference) {
        freeze(reference, false);
    }

    private void freeze(String reference, boolean frozen) {
        Container container = containers.registry().find(reference);
        container.lock.lock();
        try {
            if (frozen && !container.state.isRunning()) {
                throw EngineException.conflict("Container " + container.id + " is not running");
            }
            if (container.state.isPaused() == frozen) {
                throw EngineException.conflict(
                        "Container " + container.id + (frozen ? " is already paused" : " is not paused"));
            }
            containers.stopping().freeze(container, frozen);
        } finally {
            container.lock.unlock();
        }
        containers.events().paused(container.view(), frozen);
    }

    /**
     * Stops a container, if it runs, and starts it; one that is removed at its end stays.
     *
     * @param signal null for the container's own
     * @param timeoutSeconds null for the container's own; -1 to wait for ever
     */
    public void restart(String reference, @Nullable String signal, @Nullable Integer timeoutSeconds) {
        Container container = containers.registry().find(reference);
        containers.starting().restart(container, signal, timeoutSeconds);
    }

    /** Gives a container another name, by which others on its networks find it at once. */
    public void rename(String reference, String wanted) {
        Container container = containers.registry().find(reference);
        String name = wanted.startsWith("/") ? wanted.substring(1) : wanted;
        if (name.isEmpty()) {
            throw EngineException.invalid("Neither old nor new names may be empty");
        }
        ContainerNames.checked(name);
        String before;
        container.lock.lock();
        try {
            before = container.name;
            if (before.equals(name)) {
                throw EngineException.invalid("Renaming a container with the same name as its current name");
            }
            containers.registry().reserve(name, container.id);
            boolean done = false;
            try {
                store.rename(container.id, name, () -> connections.recordName(container.id, before, name));
                done = true;
            } finally {
                if (!done) {
                    containers.registry().release(name, container.id);
                }
            }
            connections.rename(container.id, before, name);
            containers.registry().renamed(container, name);
        } finally {
            container.lock.unlock();
        }
        containers.events().renamed(container.view(), before);
    }
}
