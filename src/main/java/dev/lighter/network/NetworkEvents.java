package dev.lighter.network;

import dev.lighter.event.EventService;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Tells what happens to networks, in Docker's words and with Docker's attributes. */
@Component
class NetworkEvents {
    private final EventService events;

    NetworkEvents(EventService events) {
        this.events = events;
    }

    void created(Network network) {
        publish(network, "create", Map.of());
    }

    void destroyed(Network network) {
        publish(network, "destroy", Map.of());
    }

    void connected(LiveEndpoint endpoint, String containerName) {
        publish(endpoint.network.view(), "connect", attributes(endpoint, containerName));
    }

    void disconnected(LiveEndpoint endpoint, String containerName) {
        publish(endpoint.network.view(), "disconnect", attributes(endpoint, containerName));
    }

    private static Map<String, String> attributes(LiveEndpoint endpoint, String containerName) {
        return Map.of("container", endpoint.containerId, "containerName", containerName);
    }

    private void publish(Network network, String action, Map<String, String> more) {
        Map<String, String> attributes = new HashMap<>(more);
        attributes.put("name", network.name());
        attributes.put("type", network.driver().word());
        events.publish("network", action, network.id(), attributes);
    }
}
