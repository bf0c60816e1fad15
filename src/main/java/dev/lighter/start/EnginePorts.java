package dev.lighter.start;

import dev.lighter.network.NetworkReconciler;
import java.util.List;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Closes the engine's own port to containers, as soon as it is known which it is. */
@Component
final class EnginePorts {
    private final NetworkReconciler networks;

    EnginePorts(NetworkReconciler networks) {
        this.networks = networks;
    }

    @EventListener
    void listening(WebServerInitializedEvent event) {
        networks.enginePorts(List.of(event.getWebServer().getPort()));
    }
}
