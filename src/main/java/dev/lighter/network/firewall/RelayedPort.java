package dev.lighter.network.firewall;

/**
 * A port of the host's own that containers reach, because a relay in the engine listens there in place of a translation.
 *
 * @param protocol 6 for TCP, 17 for UDP
 */
public record RelayedPort(int protocol, int port) {}
