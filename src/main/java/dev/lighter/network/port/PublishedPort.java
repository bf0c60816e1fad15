package dev.lighter.network.port;

import java.net.InetAddress;

/**
 * A port of a container that is reachable at the host.
 *
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 * @param hostAddress one of the host's addresses, or 0.0.0.0 or :: for all of a family
 */
public record PublishedPort(int containerPort, String protocol, InetAddress hostAddress, int hostPort) {}
