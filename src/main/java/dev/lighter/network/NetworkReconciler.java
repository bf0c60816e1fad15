package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.network.NetworkStore.NetworkRow;
import dev.lighter.network.address.Subnet;
import dev.lighter.network.firewall.Translation;
import dev.lighter.network.firewall.WalledNetwork;
import dev.lighter.network.port.PublishedPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/**
 * Settles, at every start of the engine, what the database says of networks with what is on the host: makes what is missing, finishes
 * removals, clears away links that nobody knows. Begins before the containers are settled and ends after. At the engine's end it leaves
 * nothing on the host when no container runs, and all of it when one does.
 */
@Service
public class NetworkReconciler implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkReconciler.class);

    private final NetworkStore store;
    private final NetworkRegistry registry;
    private final HostNetwork host;
    private final Publishing publishing;
    private final HostReadiness readiness;
    private final LinkReaper reaper;
    private final ContainerNetworking networking;
    private final NetworkConnections connections;
    private final PredefinedNetworks predefined;
    private final Set<String> running = new HashSet<>();
    private Map<String, List<PublishedPort>> ports = Map.of();

    NetworkReconciler(
            NetworkStore store,
            NetworkRegistry registry,
            HostNetwork host,
            Publishing publishing,
            HostReadiness readiness,
            LinkReaper reaper,
            ContainerNetworking networking,
            NetworkConnections connections,
            PredefinedNetworks predefined) {
        this.store = store;
        this.registry = registry;
        this.host = host;
        this.publishing = publishing;
        this.readiness = readiness;
        this.reaper = reaper;
        this.networking = networking;
        this.connections = connections;
        this.predefined = predefined;
    }

    /** Brings the networks back, before any container is settled. */
    public void begin() throws IOException {
        try (HostLock lock = HostLock.acquire()) {
            List<LiveNetwork> networks = new ArrayList<>();
            Set<String> leased = leased();
            for (NetworkRow row : store.networks()) {
                LiveNetwork network = new LiveNetwork(checked(row.network(), leased));
                network.furtherBridges.addAll(row.furtherBridges());
                if (row.removing()) {
                    LOG.info(
                            "Finishing the removal of network {}", row.network().name());
                    host.lower(network);
                    store.deleteNetwork(row.network().id());
                } else {
                    networks.add(network);
                }
            }
            networks.forEach(registry::add);
            for (Network missing : predefined.missing(registry, routes())) {
                store.insert(missing);
                LiveNetwork network = new LiveNetwork(missing);
                registry.add(network);
                networks.add(network);
            }
            removeUnknownLinks();
            for (LiveNetwork network : networks) {
                raise(network);
            }
        }
        for (EndpointRow row : store.endpoints()) {
            LiveNetwork network = registry.byId(row.networkId());
            if (network != null) {
                Endpoint.Lease lease = row.lease();
                if (lease != null) {
                    network.resume(lease);
                }
                registry.add(new LiveEndpoint(network, row));
            }
        }
        ports = store.ports();
        readiness.meet();
    }

    /** The ids of networks that containers have leases on. */
    private Set<String> leased() {
        Set<String> ids = new HashSet<>();
        for (EndpointRow row : store.endpoints()) {
            if (row.lease() != null) {
                ids.add(row.networkId());
            }
        }
        return ids;
    }

    /** The default network may move as long as nothing of it is there. */
    private Network checked(Network known, Set<String> leased) throws ErrnoException {
        if (!known.predefined()
                || known.driver() != NetworkDriver.BRIDGE
                || leased.contains(known.id())
                || host.link(known.link()).isPresent()) {
            return known;
        }
        Network checked = predefined.checked(known, host.routes(List.of()));
        if (checked != known) {
            LOG.warn(
                    "The host has routes into the default network's subnet {}; it moves to {}",
                    known.pools().get(0).subnet(),
                    checked.pools().get(0).subnet());
            store.update(checked);
        }
        return checked;
    }

    /** The subnets that the host has routes to by links other than our own bridges. */
    private Collection<Subnet> routes() throws ErrnoException {
        List<Integer> own = new ArrayList<>();
        for (LiveNetwork network : registry.networks()) {
            host.link(network.view().link().isEmpty() ? "lo" : network.view().link())
                    .ifPresent(link -> own.add(link.index()));
        }
        return host.routes(own);
    }

    /** One network must not keep all the others from their users. */
    private void raise(LiveNetwork network) {
        try {
            host.raise(network);
        } catch (IOException | EngineException e) {
            network.failure = e.getMessage();
            LOG.error(
                    "Network {} cannot be brought back; the next start tries again: {}",
                    network.view().name(),
                    e.getMessage());
        }
    }

    /** Links that bear our mark, and that no lease and no network knows. */
    private void removeUnknownLinks() throws ErrnoException {
        Set<String> known = new HashSet<>();
        for (LiveNetwork network : registry.networks()) {
            known.add(network.view().link());
            for (FurtherBridge further : network.furtherBridges) {
                known.addAll(List.of(further.name(), further.first(), further.last()));
            }
        }
        for (EndpointRow row : store.endpoints()) {
            Endpoint.Lease lease = row.lease();
            if (lease != null) {
                known.add(lease.link());
            }
        }
        for (Link link : host.allLinks()) {
            if (host.names().isOurs(link.name()) && !known.contains(link.name())) {
                LOG.info("Removing the unknown link {}", link.name());
                host.delete(link.name());
            }
        }
    }

    /** A container of an earlier run runs: what it has of networks is gone on with. */
    public void adopt(String containerId, ContainerNeeds needs, NetworkNamespace namespace) throws IOException {
        synchronized (running) {
            running.add(containerId);
        }
        connections.adopt(containerId, needs, namespace, ports.getOrDefault(containerId, List.of()));
    }

    /**
     * The containers are settled: what others than these have is given back, and the packet filter gets its rules.
     *
     * @param containers the ids of all that there are
     */
    public void settle(Set<String> containers) throws IOException {
        for (String id : networking.known()) {
            if (!containers.contains(id)) {
                LOG.info("Removing the endpoints of the unknown container {}", id);
                networking.release(id);
                store.deleteContainer(id);
                networking.forget(id);
            } else if (!running.contains(id) && hasLease(id)) {
                LOG.info("Giving back what container {}, which does not run, had of networks", id);
                store.release(id);
                networking.release(id);
            }
        }
        for (String id : ports.keySet()) {
            if (!running.contains(id)) {
                store.release(id);
            }
        }
        if (host.hasFirewall()) {
            rebuildWalls();
        }
        host.namespaces().start();
        readiness.meet();
        readiness.released();
        ports = Map.of();
    }

    private void rebuildWalls() throws IOException {
        Map<String, WalledNetwork> walls = new LinkedHashMap<>();
        for (LiveNetwork network : registry.networks()) {
            if (!network.bridges.isEmpty()) {
                walls.put(network.view().id(), HostNetwork.walls(network));
            }
        }
        List<Translation> translations = new ArrayList<>(publishing.translations());
        translations.addAll(host.namesElsewhere());
        host.firewall().rebuild(walls.values(), translations);
        publishing.firewallRelays();
        host.firewall().watch(repaired -> LOG.debug("Mended: {}", repaired));
    }

    private boolean hasLease(String containerId) {
        return registry.endpointsOf(containerId).stream().anyMatch(endpoint -> endpoint.lease != null);
    }

    /** Says at which TCP ports the engine itself listens, which containers do not reach. */
    public void enginePorts(Collection<Integer> numbers) {
        try {
            if (host.hasFirewall()) {
                host.firewall().enginePorts(numbers);
            }
        } catch (ErrnoException e) {
            throw EngineException.internal("the engine's ports cannot be closed to containers: " + e.getMessage(), e);
        }
    }

    @Override
    public void destroy() throws IOException {
        boolean idle = registry.networks().stream().noneMatch(LiveNetwork::hasLeases);
        publishing.end();
        if (idle) {
            reaper.end();
            for (LiveNetwork network : registry.networks()) {
                host.lower(network);
            }
            if (host.hasFirewall()) {
                host.firewall().cleanUp();
            }
            readiness.end();
        }
        host.end();
    }
}
