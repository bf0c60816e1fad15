package dev.lighter.dockerapi;

import dev.lighter.container.ContainerView;
import dev.lighter.container.NetworkOptions;
import dev.lighter.error.EngineException;
import dev.lighter.network.port.PortBinding;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A port of a container, written {@code 80/tcp}. */
record ContainerPort(int number, String protocol) {
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/([a-zA-Z]+))?");
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
    private static final int LARGEST = 65_535;

    /** Reads a port or a range of them: {@code 80}, {@code 80/udp}, {@code 8000-8010/tcp}; without protocol they are of TCP. */
    static List<ContainerPort> parse(String text) {
        List<ContainerPort> ports = read(text);
        if (ports.isEmpty()) {
            throw EngineException.invalid("invalid port specification: \"" + text + "\"");
        }
        return ports;
    }

    /** Reads one entry of {@code PortBindings}. */
    static PortBinding binding(String port, @Nullable String hostIp, @Nullable String hostPort) {
        List<ContainerPort> ports = parse(port);
        if (ports.size() != 1) {
            throw EngineException.invalid("invalid port specification: \"" + port + "\"");
        }
        return new PortBinding(
                ports.get(0).number(),
                ports.get(0).protocol(),
                hostIp == null ? "" : hostIp,
                hostPort == null ? "" : hostPort);
    }

    /** All ports that a container exposes, single ones; what an image writes and nobody can read is left out. */
    static List<ContainerPort> exposed(NetworkOptions network) {
        return network.exposedPorts().stream()
                .flatMap(ports -> read(ports).stream())
                .toList();
    }

    /** Those of a container that runs and is neither on another's network nor without one of its own. */
    static List<ContainerPort> open(ContainerView container) {
        NetworkOptions network = container.spec().network();
        return container.state().isRunning() && !network.isShared() && !network.isHost() && !network.isNone()
                ? exposed(network)
                : List.of();
    }

    private static List<ContainerPort> read(String text) {
        Matcher matcher = PORTS.matcher(text);
        if (!matcher.matches()) {
            return List.of();
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        String protocol = matcher.group(3) == null ? "tcp" : matcher.group(3).toLowerCase(Locale.ROOT);
        return first < 1 || last > LARGEST || !PROTOCOLS.contains(protocol)
                ? List.of()
                : IntStream.rangeClosed(first, last)
                        .mapToObj(number -> new ContainerPort(number, protocol))
                        .toList();
    }

    @Override
    public String toString() {
        return number + "/" + protocol;
    }
}
