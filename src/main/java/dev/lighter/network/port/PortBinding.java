package dev.lighter.network.port;

/**
 * A port of a container that shall be reachable at the host, as it was asked for.
 *
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 * @param hostAddress empty for the default
 * @param hostPorts empty or 0 for any free one, a port, or a range such as {@code 8000-8010} of which any will do
 */
public record PortBinding(int containerPort, String protocol, String hostAddress, String hostPorts) {}
