package dev.lighter.network.port;

/**
 * How much a relay takes on, so that clients cannot exhaust the engine. Immutable.
 *
 * @param connections TCP connections and UDP sessions of all ports together
 * @param sessionsPerPort UDP sessions of one port; the one unused for longest gives way to a new one
 * @param connectMillis how long a container may take to accept a connection
 * @param idleMillis how long a UDP session lasts without a datagram
 */
record RelayLimits(int connections, int sessionsPerPort, long connectMillis, long idleMillis) {
    static final RelayLimits DEFAULT = new RelayLimits(4096, 1024, 10_000, 90_000);

    /** How often to look for what is over its time. */
    long tickMillis() {
        return Math.min(1000, Math.min(connectMillis, idleMillis));
    }
}
