package dev.lighter.network;

import dev.lighter.kernel.Fd;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.link.PreparedNamespace;
import dev.lighter.network.port.Reservation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A container's network while the container starts: its namespace, what it was leased, the ports that were reserved for it. Opened and
 * closed by {@link ContainerNetworking}; used by one thread at a time.
 */
public final class Sandbox {
    private final String containerId;
    private final String containerName;
    private final PreparedNamespace prepared;
    private final Map<LiveEndpoint, Endpoint.Lease> leases;
    private final @Nullable Reservation ports;

    Sandbox(
            String containerId,
            String containerName,
            PreparedNamespace prepared,
            Map<LiveEndpoint, Endpoint.Lease> leases,
            @Nullable Reservation ports) {
        this.containerId = containerId;
        this.containerName = containerName;
        this.prepared = prepared;
        this.leases = new LinkedHashMap<>(leases);
        this.ports = ports;
    }

    String containerId() {
        return containerId;
    }

    String containerName() {
        return containerName;
    }

    PreparedNamespace prepared() {
        return prepared;
    }

    Map<LiveEndpoint, Endpoint.Lease> leases() {
        return leases;
    }

    @Nullable
    Reservation ports() {
        return ports;
    }

    /** The namespace that the container joins; stays the sandbox's. */
    public Fd namespace() {
        return prepared.namespace().fd();
    }

    /** What is in the namespace, in words. */
    public String description() {
        String links = leases.entrySet().stream()
                .filter(entry -> !entry.getValue().name().isEmpty())
                .map(entry -> entry.getValue().name() + " " + addresses(entry.getValue()) + " on network "
                        + entry.getKey().network.view().name())
                .collect(Collectors.joining(", "));
        return links.isEmpty() ? "nothing but loopback" : "loopback, " + links;
    }

    private static String addresses(Endpoint.Lease lease) {
        IpPrefix v4 = lease.ipv4();
        IpPrefix v6 = lease.ipv6();
        return v4 == null ? String.valueOf(v6) : v6 == null ? v4.toString() : v4 + " and " + v6;
    }
}
