package dev.lighter.volume;

import dev.lighter.event.EventService;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Tells what happens to volumes, in Docker's words and with Docker's attributes. */
@Component
class VolumeEvents {
    private final EventService events;

    VolumeEvents(EventService events) {
        this.events = events;
    }

    void created(Volume volume) {
        publish(volume, "create", Map.of());
    }

    void destroyed(Volume volume) {
        publish(volume, "destroy", Map.of());
    }

    void renamed(Volume volume, String before) {
        publish(volume, "rename", Map.of("oldName", before));
    }

    void mounted(Volume volume, String containerId, String destination, boolean readOnly) {
        publish(
                volume,
                "mount",
                Map.of(
                        "container",
                        containerId,
                        "destination",
                        destination,
                        "read/write",
                        Boolean.toString(!readOnly),
                        "propagation",
                        ""));
    }

    void unmounted(Volume volume, String containerId) {
        publish(volume, "unmount", Map.of("container", containerId));
    }

    void pruned(long reclaimedBytes) {
        events.publish("volume", "prune", "", Map.of("reclaimed", Long.toString(reclaimedBytes)));
    }

    private void publish(Volume volume, String action, Map<String, String> more) {
        Map<String, String> attributes = new HashMap<>(more);
        attributes.put("driver", "local");
        events.publish("volume", action, volume.name(), attributes);
    }
}
