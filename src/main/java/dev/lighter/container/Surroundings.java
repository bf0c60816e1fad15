package dev.lighter.container;

import dev.lighter.container.log.ContainerLogs;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.network.ContainerNetworking;
import dev.lighter.volume.ContainerVolumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;

/**
 * What everything that changes containers works with; one per engine.
 *
 * @param exits carries out what comes after ends, and what must not be in the way of a timer
 */
record Surroundings(
        ContainerRegistry registry,
        ContainerStore store,
        ContainerLauncher launcher,
        ContainerEvents events,
        ContainerLogs logs,
        ContainerNetworking networking,
        ContainerMounts mounts,
        ContainerVolumes volumes,
        ContainerDirectories directories,
        ExecutorService exits) {
    /** Deletes a container's directory, in which nothing is written any more. */
    void deleteFiles(Container container) throws IOException {
        Path directory = directories.of(container.id);
        launcher.forget(directory);
        logs.forget(directory);
        directories.delete(container.id);
    }

    /** Records a container's state. To be called under its lock. */
    void record(Container container, ContainerState state) {
        container.state = state;
        store.update(container.id, state);
    }
}
