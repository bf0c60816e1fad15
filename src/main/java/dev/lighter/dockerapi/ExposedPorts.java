package dev.lighter.dockerapi;

import dev.lighter.container.ContainerView;
import dev.lighter.container.NetworkOptions;
import dev.lighter.error.EngineException;
import dev.lighter.network.port.ExposedPort;
import java.util.List;
import java.util.stream.Stream;

/** The ports that containers declare to serve, one by one where they were written as ranges. */
final class ExposedPorts {
    private ExposedPorts() {}

    /** All of them; what an image has written and nobody can read is left out. */
    static List<ExposedPort> of(NetworkOptions network) {
        return network.exposedPorts().stream().flatMap(ExposedPorts::read).toList();
    }

    /** Those of a container that runs and is neither on another's network nor without one of its own. */
    static List<ExposedPort> open(ContainerView container) {
        NetworkOptions network = container.spec().network();
        return container.state().isRunning() && !network.isShared() && !network.isHost() && !network.isNone()
                ? of(network)
                : List.of();
    }

    private static Stream<ExposedPort> read(String ports) {
        try {
            return ExposedPort.parse(ports).stream();
        } catch (EngineException e) {
            return Stream.empty();
        }
    }
}
