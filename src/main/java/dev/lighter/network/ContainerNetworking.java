package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.network.link.PreparedNamespace;
import dev.lighter.network.port.PublishedPort;
import dev.lighter.network.port.Reservation;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/**
 * What containers have of networks: planned and recorded when they are created, leased and made when they start, given back when they end.
 * All calls about one container come under that container's lock. The order is always: record, act; so that what is on the host without a
 * record, and what is recorded without being on the host, can both be settled at the next start of the engine.
 */
@Service
public class ContainerNetworking {
    private final NetworkStore store;
    private final NetworkRegistry registry;
    private final NetworkEvents events;
    private final HostNetwork host;
    private final Leasing leasing;
    private final Publishing publishing;
    private final HostReadiness readiness;
    private final LinkReaper reaper;
    private final NetworkNames directory;

    ContainerNetworking(
            NetworkStore store,
            NetworkRegistry registry,
            NetworkEvents events,
            HostNetwork host,
            Leasing leasing,
            Publishing publishing,
            HostReadiness readiness,
            LinkReaper reaper,
            NetworkNames directory) {
        this.store = store;
        this.registry = registry;
        this.events = events;
        this.host = host;
        this.leasing = leasing;
        this.publishing = publishing;
        this.readiness = readiness;
        this.reaper = reaper;
        this.directory = directory;
    }

    /**
     * Checks where a container is to be.
     *
     * @param wanted what is asked for on each network, by names or ids
     * @param names what the container is known by, besides its aliases
     */
    public EndpointPlan plan(String containerId, Map<String, EndpointSettings> wanted, List<String> names) {
        Map<LiveNetwork, LiveEndpoint> endpoints = new LinkedHashMap<>();
        wanted.forEach((reference, settings) -> {
            LiveNetwork network = registry.find(reference);
            if (endpoints.containsKey(network)) {
                throw EngineException.invalid(
                        "network " + network.view().name() + " is named twice: by " + reference + " too");
            }
            endpoints.put(network, EndpointPlanner.plan(network, containerId, settings, names));
        });
        return new EndpointPlan(List.copyOf(endpoints.values()));
    }

    /** Records a plan; to be called in the transaction that records its container. */
    public void record(EndpointPlan plan) {
        store.insertEndpoints(plan.endpoints().stream().map(LiveEndpoint::row).toList());
    }

    /** Makes a recorded plan known. */
    public void add(EndpointPlan plan) {
        plan.endpoints().forEach(registry::add);
    }

    /** Removes all that is recorded of a container; to be called in the transaction that removes it. */
    public void recordRemoval(String containerId) {
        store.deleteContainer(containerId);
    }

    /** Forgets a container whose removal is recorded. */
    public void forget(String containerId) {
        registry.endpointsOf(containerId).forEach(registry::remove);
        directory.resolvers(containerId, List.of());
    }

    /**
     * Leases addresses, reserves ports and takes a namespace for a container that starts. Nothing is recorded or made yet.
     */
    public Sandbox open(String containerId, ContainerNeeds needs) {
        String label = needs.name();
        List<LiveEndpoint> endpoints = Leasing.ordered(registry.endpointsOf(containerId));
        Reservation ports = null;
        Map<LiveEndpoint, Endpoint.Lease> leases = new LinkedHashMap<>();
        boolean done = false;
        try {
            ports = publishing.reserve(label, endpoints, needs.ports());
            boolean pair = endpoints.stream().anyMatch(Leasing::hasPair);
            PreparedNamespace prepared =
                    pair ? host.namespaces().takePaired() : host.namespaces().takeBare();
            try {
                leasing.lease(endpoints, prepared.pair(), leases);
                done = true;
            } finally {
                if (!done) {
                    prepared.close();
                }
            }
            directory.resolvers(containerId, needs.resolvers());
            return new Sandbox(containerId, needs.name(), prepared, leases, ports);
        } catch (IOException e) {
            throw EngineException.internal("no network can be made for container " + label + ": " + e.getMessage(), e);
        } finally {
            if (!done) {
                leases.forEach(leasing::giveBack);
                if (ports != null) {
                    ports.close();
                }
            }
        }
    }

    /** Records what a container has now; to be called in the transaction that records its start. */
    public void record(Sandbox sandbox) {
        Map<String, Endpoint.Lease> leases = new LinkedHashMap<>();
        sandbox.leases().forEach((endpoint, lease) -> {
            if (lease.mac() != null) {
                leases.put(endpoint.id, lease);
            }
        });
        List<PublishedPort> ports =
                sandbox.ports() == null ? List.of() : sandbox.ports().ports();
        if (!leases.isEmpty() || !ports.isEmpty()) {
            store.lease(sandbox.containerId(), leases, ports);
        }
    }

    /** Makes what is recorded: links, addresses, routes, published ports. */
    public void raise(Sandbox sandbox) throws IOException {
        List<LiveEndpoint> endpoints = new ArrayList<>(sandbox.leases().keySet());
        readiness.require(endpoints);
        PreparedNamespace.Pair pair = sandbox.prepared().pair();
        for (LiveEndpoint endpoint : endpoints) {
            Endpoint.Lease lease = sandbox.leases().get(endpoint);
            if (lease == null || lease.mac() == null) {
                continue;
            }
            if (pair != null && lease.link().equals(pair.name())) {
                host.links()
                        .join(
                                sandbox.prepared(),
                                pair,
                                leasing.port(endpoint, sandbox.ports() != null),
                                leasing.wanted(endpoint, lease, endpoints, sandbox.leases()));
            } else {
                leasing.join(
                        sandbox.prepared().namespace(),
                        endpoint,
                        lease,
                        leasing.wanted(endpoint, lease, endpoints, sandbox.leases()),
                        sandbox.ports() != null);
            }
        }
        sandbox.leases().forEach((endpoint, lease) -> {
            endpoint.lease = lease;
            registry.leased(endpoint, lease);
        });
        answerNames(sandbox.containerId(), sandbox.prepared().namespace(), sandbox.leases());
        publishing.publish(sandbox.containerId(), sandbox.ports(), Leasing.ordered(endpoints));
    }

    /** A container starts in the host's own network: it is on that network now, with nothing of its own. */
    public void openHost(String containerId) {
        registry.endpointsOf(containerId).forEach(endpoint -> endpoint.lease = Endpoint.Lease.NOTHING);
    }

    /** What the files of names of a container that starts are written from. */
    public NameFacts names(Sandbox sandbox) {
        return names(sandbox.leases());
    }

    /** What the files of names of a container that runs are written from. */
    public NameFacts names(String containerId) {
        return names(leases(containerId));
    }

    private Map<LiveEndpoint, Endpoint.Lease> leases(String containerId) {
        Map<LiveEndpoint, Endpoint.Lease> leases = new LinkedHashMap<>();
        for (LiveEndpoint endpoint : Leasing.ordered(registry.endpointsOf(containerId))) {
            Endpoint.Lease lease = endpoint.lease;
            if (lease != null) {
                leases.put(endpoint, lease);
            }
        }
        return leases;
    }

    private NameFacts names(Map<LiveEndpoint, Endpoint.Lease> leases) {
        List<InetAddress> own = new ArrayList<>();
        List<InetAddress> nameservers = new ArrayList<>();
        InetAddress hostAddress = null;
        for (Map.Entry<LiveEndpoint, Endpoint.Lease> entry : leases.entrySet()) {
            Endpoint.Lease lease = entry.getValue();
            for (IpPrefix address : Arrays.asList(lease.ipv4(), lease.ipv6())) {
                if (address != null) {
                    own.add(address.address());
                }
            }
            LiveNetwork network = entry.getKey().network;
            if (nameservers.isEmpty() && host.answersNames(network)) {
                HostNetwork.bridgeAddresses(network).forEach(gateway -> nameservers.add(gateway.address()));
            }
            if (hostAddress == null
                    && Leasing.hasPair(entry.getKey())
                    && !network.view().internal()) {
                hostAddress = HostNetwork.bridgeAddresses(network).stream()
                        .map(IpPrefix::address)
                        .findFirst()
                        .orElse(null);
            }
        }
        if (nameservers.isEmpty() && leases.values().stream().anyMatch(lease -> lease.mac() != null)) {
            nameservers.add(HostNetwork.INNER_NAMES);
        }
        return new NameFacts(own, nameservers.size() > 1 ? nameservers.subList(0, 1) : nameservers, hostAddress);
    }

    /** A container's program runs, and keeps its namespace alive. */
    public void started(Sandbox sandbox) {
        sandbox.prepared().close();
        sandbox.leases().keySet().forEach(endpoint -> events.connected(endpoint, sandbox.containerName()));
    }

    /** A start has failed: what was made for it is undone. What was recorded the caller records anew. */
    public void abandon(Sandbox sandbox) {
        sandbox.leases().forEach((endpoint, lease) -> {
            if (endpoint.lease == null) {
                leasing.giveBack(endpoint, lease);
            }
        });
        if (!publishing.isPublished(sandbox.containerId()) && sandbox.ports() != null) {
            sandbox.ports().close();
        }
        release(sandbox.containerId());
        sandbox.prepared().close();
    }

    /** Records that a container has nothing any more; to be called in the transaction that records its end. */
    public void recordRelease(String containerId) {
        boolean any = registry.endpointsOf(containerId).stream()
                .map(endpoint -> endpoint.lease)
                .anyMatch(lease -> lease != null && lease.mac() != null);
        if (any || publishing.isPublished(containerId)) {
            store.release(containerId);
        }
    }

    /** Gives back what a container has; its links go with its namespace. */
    public void release(String containerId) {
        publishing.withdraw(containerId);
        host.endAnswersInside(containerId);
        for (LiveEndpoint endpoint : registry.endpointsOf(containerId)) {
            Endpoint.Lease lease = endpoint.lease;
            if (lease != null) {
                endpoint.lease = null;
                registry.released(endpoint, lease);
                leasing.giveBack(endpoint, lease);
                reaper.expectGone(lease.link());
            }
        }
        readiness.released();
    }

    /** Records that a start came to nothing; to be called in the transaction that records that. */
    public void recordAbandonment(String containerId) {
        store.release(containerId);
    }

    /** As {@link #release}, and tells that the container has left its networks. */
    public void ended(String containerId, String containerName) {
        List<LiveEndpoint> left = registry.endpointsOf(containerId).stream()
                .filter(endpoint -> endpoint.lease != null)
                .toList();
        release(containerId);
        left.forEach(endpoint -> events.disconnected(endpoint, containerName));
    }

    /** The ids of all containers that endpoints are recorded for. */
    List<String> known() {
        return List.copyOf(registry.containers());
    }

    /** Whether its names are answered inside a container's own namespace, for want of a gateway that answers them; sees to it. */
    private void answerNames(String containerId, NetworkNamespace namespace, Map<LiveEndpoint, Endpoint.Lease> leases)
            throws IOException {
        if (names(leases).nameservers().contains(HostNetwork.INNER_NAMES)) {
            host.answerInside(containerId, namespace, directory.asker(containerId));
        } else {
            host.endAnswersInside(containerId);
        }
    }

    /** As what a container that runs is connected to has changed: where its names are answered may be another place. */
    void answerNames(String containerId, NetworkNamespace namespace) throws IOException {
        answerNames(containerId, namespace, leases(containerId));
    }
}
