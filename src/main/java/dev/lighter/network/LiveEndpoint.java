package dev.lighter.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An endpoint in memory. Its lease changes under its container's lock; the rest never does. */
final class LiveEndpoint {
    final String id;
    final LiveNetwork network;
    final String containerId;
    final EndpointSettings settings;
    volatile List<String> names;
    volatile Endpoint.@Nullable Lease lease;
    /** Which of the network's bridges the link is on, with a lease. */
    volatile LiveNetwork.@Nullable Bridge bridge;

    LiveEndpoint(LiveNetwork network, EndpointRow row) {
        this.id = row.id();
        this.network = network;
        this.containerId = row.containerId();
        this.settings = row.settings();
        this.names = row.names();
        this.lease = row.lease();
    }

    Endpoint view() {
        Network of = network.view();
        return new Endpoint(id, of.id(), of.name(), containerId, settings, names, lease);
    }

    EndpointRow row() {
        return new EndpointRow(id, network.view().id(), containerId, settings, names, lease);
    }
}
