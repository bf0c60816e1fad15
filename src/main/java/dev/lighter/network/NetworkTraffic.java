package dev.lighter.network;

/** What went through a container's link to a network since it started, seen from the container. */
public record NetworkTraffic(
        String networkName,
        String linkName,
        long receivedBytes,
        long receivedPackets,
        long receiveErrors,
        long receiveDropped,
        long sentBytes,
        long sentPackets,
        long sendErrors,
        long sendDropped) {}
