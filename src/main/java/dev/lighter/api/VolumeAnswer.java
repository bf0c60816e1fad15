package dev.lighter.api;

import dev.lighter.container.ContainerView;
import dev.lighter.volume.Volume;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A volume, and the containers that have it. */
@Schema(name = "Volume")
record VolumeAnswer(
        @Schema(description = "Stays when its name changes") String id,
        @Schema(example = "data") String name,
        Instant created,
        Map<String, String> labels,
        Map<String, String> options,

        @Schema(description = "Whether it was made for a container and goes with it")
        boolean anonymous,

        @Schema(description = "The directory of its files on the host")
        String mountpoint,

        List<User> users) {
    /** A container that has it among its mounts. */
    @Schema(name = "VolumeUser")
    record User(String id, String name, boolean running) {
        static User of(ContainerView container) {
            return new User(container.id(), container.name(), container.state().isRunning());
        }
    }

    static VolumeAnswer of(Volume volume, String mountpoint, List<User> users) {
        return new VolumeAnswer(
                volume.id(),
                volume.name(),
                volume.created(),
                volume.labels(),
                volume.options(),
                volume.anonymous(),
                mountpoint,
                users);
    }
}
