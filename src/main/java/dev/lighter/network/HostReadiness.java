package dev.lighter.network;

import java.io.IOException;
import java.util.Collection;

/** Sees to it that the host forwards packets while networks need it. */
final class HostReadiness implements AutoCloseable {
    private final NetworkRegistry registry;

    HostReadiness(NetworkRegistry registry) {
        this.registry = registry;
    }

    void require(Collection<LiveEndpoint> endpoints) throws IOException {
        if (!endpoints.isEmpty() && registry.networks().isEmpty()) {
            throw new IOException("");
        }
    }

    void networkMade(LiveNetwork network) throws IOException {
        java.nio.file.Files.writeString(java.nio.file.Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
    }

    void released() {}

    @Override
    public void close() {}
}
