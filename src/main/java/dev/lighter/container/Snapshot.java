package dev.lighter.container;

import dev.lighter.network.EndpointSettings;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container was at one moment: its files and those of its volumes. Made once, never changed.
 *
 * @param id 64 hexadecimal digits
 * @param name null where it has none
 * @param created when, in whole microseconds
 * @param containerId the container's, which may be gone
 * @param containerName what that was called then
 * @param imageId the image, seen by nobody, whose layers are its files; empty while it is being made
 * @param spec what the container was
 * @param endpoints what it asked for on its networks, by their ids
 * @param labels the user's
 * @param removed whether it is there only because volumes of copies need its files
 */
public record Snapshot(
        String id,
        @Nullable String name,
        Instant created,
        String containerId,
        String containerName,
        String imageId,
        ContainerSpec spec,
        Map<String, EndpointSettings> endpoints,
        Map<String, String> labels,
        boolean removed) {
    /** What people call it: its name, or the beginning of its id. */
    public String shown() {
        return name == null ? id.substring(0, 12) : name;
    }

    Snapshot complete(String image) {
        return new Snapshot(id, name, created, containerId, containerName, image, spec, endpoints, labels, removed);
    }

    Snapshot withoutName() {
        return new Snapshot(id, null, created, containerId, containerName, imageId, spec, endpoints, labels, true);
    }
}
