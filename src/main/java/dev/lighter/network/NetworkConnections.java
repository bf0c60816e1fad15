package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.network.link.ContainerLinks;
import dev.lighter.network.port.PublishedPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * What changes about a container's networks while it exists: it is connected to further ones and disconnected, running or not, and found
 * again by the next engine. All calls about one container come under that container's lock.
 */
@Service
public class NetworkConnections {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkConnections.class);

    private final NetworkStore store;
    private final NetworkRegistry registry;
    private final NetworkEvents events;
    private final HostNetwork host;
    private final Leasing leasing;
    private final Publishing publishing;
    private final HostReadiness readiness;
    private final ContainerNetworking networking;
    private final NetworkNames directory;

    NetworkConnections(
            NetworkStore store,
            NetworkRegistry registry,
            NetworkEvents events,
            HostNetwork host,
            Leasing leasing,
            Publishing publishing,
            HostReadiness readiness,
            ContainerNetworking networking,
            NetworkNames directory) {
        this.store = store;
        this.registry = registry;
        this.events = events;
        this.host = host;
        this.leasing = leasing;
        this.publishing = publishing;
        this.readiness = readiness;
        this.networking = networking;
        this.directory = directory;
    }

    /**
     * Puts a container on one more network.
     *
     * @param names what the container is known by, besides its aliases
     * @param namespace where it runs; null when it does not
     */
    public void connect(
            String containerId,
            ContainerNeeds needs,
            String network,
            EndpointSettings settings,
            List<String> names,
            @Nullable NetworkNamespace namespace) {
        String containerName = needs.name();
        EndpointPlan plan = networking.plan(containerId, Map.of(network, settings), names);
        LiveEndpoint endpoint = plan.endpoints().get(0);
        if (endpoint.network.endpoint(containerId) != null) {
            throw EngineException.forbidden("endpoint with name " + containerName + " already exists in network "
                    + endpoint.network.view().name());
        }
        if (namespace == null) {
            store.insertEndpoints(List.of(endpoint.row()));
            registry.add(endpoint);
            return;
        }
        try {
            connectRunning(endpoint, namespace, !needs.ports().isEmpty());
            publishing.refresh(
                    containerName, containerId, needs.ports(), Leasing.ordered(registry.endpointsOf(containerId)));
        } catch (IOException e) {
            throw EngineException.internal(
                    "container " + containerName + " cannot be connected to network " + network + ": " + e.getMessage(),
                    e);
        }
        events.connected(endpoint, containerName);
    }

    private void connectRunning(LiveEndpoint endpoint, NetworkNamespace namespace, boolean publishes)
            throws IOException {
        Map<LiveEndpoint, Endpoint.Lease> leases = new LinkedHashMap<>();
        List<LiveEndpoint> others = registry.endpointsOf(endpoint.containerId);
        try (RouteNetlink inside = RouteNetlink.open(namespace)) {
            leasing.leaseInto(endpoint, inside, leases);
            Endpoint.Lease lease = leases.get(endpoint);
            if (lease == null) {
                throw new IllegalStateException("nothing was leased");
            }
            boolean done = false;
            try {
                endpoint.lease = lease;
                store.insertEndpoints(List.of(endpoint.row()));
                List<LiveEndpoint> all = new ArrayList<>(others);
                all.add(endpoint);
                readiness.require(all);
                leasing.join(namespace, endpoint, lease, Leasing.withoutGateways(endpoint, lease), publishes);
                registry.add(endpoint);
                routes(inside, endpoint.containerId);
                answerNames(endpoint.containerId, namespace);
                done = true;
            } finally {
                if (!done) {
                    undoConnect(endpoint, lease);
                }
            }
        }
    }

    private void undoConnect(LiveEndpoint endpoint, Endpoint.Lease lease) throws ErrnoException {
        endpoint.lease = null;
        registry.released(endpoint, lease);
        registry.remove(endpoint);
        if (!lease.link().isEmpty()) {
            host.links().leave(lease.link());
        }
        leasing.giveBack(endpoint, lease);
        store.deleteEndpoint(endpoint.id);
    }

    /** Lets a container out by the gateway of the network that has the say now. */
    private void routes(RouteNetlink inside, String containerId) throws ErrnoException {
        List<LiveEndpoint> ordered = Leasing.ordered(registry.endpointsOf(containerId));
        for (boolean v4 : new boolean[] {true, false}) {
            LiveEndpoint out = Leasing.leader(ordered, v4);
            Endpoint.Lease lease = out == null ? null : out.lease;
            if (lease == null) {
                if (v4 || Leasing.anyIpv6(ordered)) {
                    ContainerLinks.route(inside, v4, null, "");
                }
            } else {
                ContainerLinks.route(inside, v4, v4 ? lease.gateway4() : lease.gateway6(), lease.name());
            }
        }
    }

    /** Records that a container has another name; to be called in the transaction that records it. */
    public void recordName(String containerId, String before, String after) {
        for (LiveEndpoint endpoint : registry.endpointsOf(containerId)) {
            store.rename(endpoint.id, replaced(endpoint.names, before, after));
        }
    }

    /** A container has another name, which is recorded: from now on it is found by that. */
    public void rename(String containerId, String before, String after) {
        for (LiveEndpoint endpoint : registry.endpointsOf(containerId)) {
            endpoint.network.rename(endpoint, replaced(endpoint.names, before, after));
        }
    }

    private static List<String> replaced(List<String> names, String before, String after) {
        return names.stream()
                .map(name -> name.equals(before) ? after : name)
                .distinct()
                .toList();
    }

    /**
     * Takes a container off a network.
     *
     * @param namespace where it runs; null when it does not
     */
    public void disconnect(
            String containerId, ContainerNeeds needs, String network, @Nullable NetworkNamespace namespace) {
        String containerName = needs.name();
        LiveNetwork from = registry.find(network);
        LiveEndpoint endpoint = from.endpoint(containerId);
        if (endpoint == null) {
            throw EngineException.forbidden("container " + containerName + " is not connected to network "
                    + from.view().name());
        }
        Endpoint.Lease lease = endpoint.lease;
        store.deleteEndpoint(endpoint.id);
        registry.remove(endpoint);
        if (lease == null || namespace == null) {
            return;
        }
        endpoint.lease = null;
        registry.released(endpoint, lease);
        try {
            if (!lease.link().isEmpty()) {
                host.links().leave(lease.link());
            } else if (!lease.name().isEmpty()) {
                ContainerLinks.leave(namespace, lease.name());
            }
            try (RouteNetlink inside = RouteNetlink.open(namespace)) {
                routes(inside, containerId);
            }
            answerNames(containerId, namespace);
            publishing.refresh(
                    containerName, containerId, needs.ports(), Leasing.ordered(registry.endpointsOf(containerId)));
        } catch (IOException e) {
            throw EngineException.internal(
                    "container " + containerName + " cannot be disconnected from network " + network + ": "
                            + e.getMessage(),
                    e);
        } finally {
            leasing.giveBack(endpoint, lease);
            readiness.released();
        }
        events.disconnected(endpoint, containerName);
    }

    /**
     * Goes on with a container that an earlier run of the engine started and that runs: what is recorded and missing on the host is made.
     */
    void adopt(String containerId, ContainerNeeds needs, NetworkNamespace namespace, List<PublishedPort> ports)
            throws IOException {
        List<LiveEndpoint> endpoints = registry.endpointsOf(containerId);
        if (endpoints.stream().anyMatch(endpoint -> endpoint.lease != null)) {
            try (RouteNetlink inside = RouteNetlink.open(namespace)) {
                for (LiveEndpoint endpoint : endpoints) {
                    Endpoint.Lease lease = endpoint.lease;
                    if (lease != null && !leasing.isJoined(endpoint, lease, inside)) {
                        leasing.rejoin(
                                namespace, endpoint, lease, !needs.ports().isEmpty());
                    }
                }
                routes(inside, containerId);
            }
        }
        leasing.present(endpoints);
        directory.resolvers(containerId, needs.resolvers());
        answerNames(containerId, namespace);
        publishing.adopt(needs.name(), containerId, ports, Leasing.ordered(endpoints));
    }

    /** A program in the container may have the port by now; then the container has no names, and all else works. */
    private void answerNames(String containerId, NetworkNamespace namespace) {
        try {
            networking.answerNames(containerId, namespace);
        } catch (IOException e) {
            LOG.warn("Container {}: {}", containerId, e.getMessage());
        }
    }
}
