package dev.lighter.network.port;

import dev.lighter.kernel.inet.SocketAddress;
import java.net.InetAddress;

/**
 * A port of a container that is published at one port of the host. Immutable.
 *
 * @param containerPort 1 to 65535
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 * @param hostAddress {@code 0.0.0.0}, {@code ::} or one of the host's addresses; each stands for its own family only
 * @param hostPort 1 to 65535
 */
public record PublishedPort(int containerPort, String protocol, InetAddress hostAddress, int hostPort) {
    /** Where it is on the host. */
    SocketAddress host() {
        return new SocketAddress(hostAddress, hostPort);
    }

    /** Whether both cannot be there at once: same protocol, port and family, and the addresses equal or one of them all addresses. */
    boolean conflictsWith(PublishedPort other) {
        return hostPort == other.hostPort
                && protocol.equals(other.protocol)
                && host().family() == other.host().family()
                && (hostAddress.equals(other.hostAddress)
                        || hostAddress.isAnyLocalAddress()
                        || other.hostAddress.isAnyLocalAddress());
    }
}
