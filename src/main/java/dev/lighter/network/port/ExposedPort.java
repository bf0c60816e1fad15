package dev.lighter.network.port;

import dev.lighter.error.EngineException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A port that an image or a container declares to serve: {@code 80/tcp}. Immutable.
 *
 * @param port 1 to 65535
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 */
public record ExposedPort(int port, String protocol) {
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");

    /** Checks both; INVALID in Docker's words. */
    public ExposedPort {
        check(port, protocol);
    }

    static void check(int port, String protocol) {
        if (!PROTOCOLS.contains(protocol)) {
            throw EngineException.invalid("Invalid proto: " + protocol);
        }
        if (port < 1 || port > 65_535) {
            throw EngineException.invalid("invalid port specification: \"" + port + "\"");
        }
    }

    /** Reads {@code 80}, {@code 80/tcp} or {@code 8000-8002/udp}: as many as the range has. INVALID for anything else. */
    public static List<ExposedPort> parse(String text) {
        int slash = text.indexOf('/');
        String protocol = slash < 0 ? "tcp" : text.substring(slash + 1).toLowerCase(Locale.ROOT);
        PortRange range = PortRange.parse(slash < 0 ? text : text.substring(0, slash));
        return IntStream.rangeClosed(range.first(), range.last())
                .mapToObj(port -> new ExposedPort(port, protocol))
                .toList();
    }

    /** The usual notation, {@code 80/tcp}. */
    @Override
    public String toString() {
        return port + "/" + protocol;
    }
}
