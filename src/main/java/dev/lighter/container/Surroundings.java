package dev.lighter.container;

import dev.lighter.container.log.ContainerLogs;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.network.ContainerNetworking;
import dev.lighter.volume.ContainerVolumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(Surroundings.class);

    /** Makes the writable layer of a container that may not grow beyond a size, or brings it back. */
    void limit(String id, ContainerSpec spec) throws IOException {
        if (spec.storage().sizeBytes() > 0) {
            LimitedLayer.ready(
                    directories.of(id), spec.storage().sizeBytes(), spec.users().ids());
        }
    }

    /** The engine ends: nothing stays mounted for containers that do not run. */
    void rest() {
        for (Container container : registry.all()) {
            if (container.spec.storage().sizeBytes() > 0 && container.running == null) {
                try {
                    LimitedLayer.rest(directories.of(container.id));
                } catch (IOException e) {
                    LOG.warn("The files of container {} stay mounted: {}", container.id, e.getMessage());
                }
            }
        }
    }

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
