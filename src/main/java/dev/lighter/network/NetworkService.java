package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.LinkStatistics;
import dev.lighter.network.address.Subnet;
import dev.lighter.network.port.PublishedPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Networks: made, found, looked at, removed. Answers come from memory; changes are recorded before they are made. */
@Service
public class NetworkService {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkService.class);

    private final NetworkStore store;
    private final NetworkRegistry registry;
    private final NetworkPlanner planner;
    private final NetworkEvents events;
    private final HostNetwork host;
    private final Publishing publishing;
    private final HostReadiness readiness;
    /** Held while a subnet is chosen and until it is known that it is taken. */
    private final ReentrantLock choosing = new ReentrantLock();

    NetworkService(
            NetworkStore store,
            NetworkRegistry registry,
            NetworkPlanner planner,
            NetworkEvents events,
            HostNetwork host,
            Publishing publishing,
            HostReadiness readiness) {
        this.store = store;
        this.registry = registry;
        this.planner = planner;
        this.events = events;
        this.host = host;
        this.publishing = publishing;
        this.readiness = readiness;
    }

    /**
     * Makes a network. Fails with Docker's words: FORBIDDEN for predefined names and subnets that overlap, CONFLICT for a name that is taken,
     * INVALID for what makes no sense.
     */
    public Network create(NetworkRequest request) {
        NetworkPlanner.check(request);
        String id = Ids.next();
        LiveNetwork network = make(id, request);
        events.created(network.view());
        return network.view();
    }

    private LiveNetwork make(String id, NetworkRequest request) {
        LiveNetwork made;
        choosing.lock();
        try (HostLock lock = HostLock.acquire()) {
            if (registry.isTaken(request.name())) {
                throw EngineException.conflict("network with name " + request.name() + " already exists");
            }
            Network planned = plan(id, request);
            store.insert(planned);
            LiveNetwork network = new LiveNetwork(planned);
            try {
                host.raise(network);
            } catch (IOException | RuntimeException e) {
                undo(network);
                throw e instanceof EngineException known
                        ? known
                        : EngineException.internal(
                                "network " + request.name() + " cannot be made: " + e.getMessage(), e);
            }
            registry.add(network);
            made = network;
        } catch (IOException e) {
            throw EngineException.internal("network " + request.name() + " cannot be made: " + e.getMessage(), e);
        } finally {
            choosing.unlock();
        }
        try {
            readiness.meet();
        } catch (IOException e) {
            remove(made);
            throw EngineException.internal(
                    "network " + request.name() + " cannot be made: the host does not forward packets: "
                            + e.getMessage(),
                    e);
        }
        return made;
    }

    private Network plan(String id, NetworkRequest request) throws IOException {
        boolean macvlan = request.driver().equals(NetworkDriver.MACVLAN.word());
        String link = macvlan ? host.names().next() : "lt-" + id.substring(0, 12);
        Network planned = planner.plan(id, request, link, subnets(), host.routes(List.of()));
        if (macvlan) {
            return planned;
        }
        for (LiveNetwork other : registry.networks()) {
            if (other.view().link().equals(planned.link())) {
                throw EngineException.forbidden("cannot create network " + planned.id() + " (" + planned.link()
                        + "): conflicts with network " + other.view().id() + " (" + planned.link()
                        + "): networks have same bridge name");
            }
        }
        boolean foreign = host.link(planned.link()).isPresent();
        return foreign ? planned.onForeignLink() : planned;
    }

    /** The subnets of all networks whose addresses are the engine's to give. */
    private List<Subnet> subnets() {
        return registry.networks().stream()
                .flatMap(network -> network.view().pools().stream())
                .map(pool -> Subnet.parse(pool.subnet()))
                .toList();
    }

    private void undo(LiveNetwork network) {
        try {
            host.lower(network);
        } catch (IOException e) {
            LOG.error("A network that could not be made left something behind: {}", e.getMessage());
        }
        store.deleteNetwork(network.view().id());
    }

    /** All networks, the predefined ones included, oldest first. */
    public List<Network> list() {
        return registry.networks().stream()
                .map(LiveNetwork::view)
                .sorted(Comparator.comparing(Network::created))
                .toList();
    }

    /** The network with this id, name, or unambiguous beginning of an id, in this order. Fails with NOT_FOUND. */
    public Network get(String reference) {
        return registry.find(reference).view();
    }

    /** Removes a network. Fails with FORBIDDEN for predefined ones and while containers that run are on it. */
    public void remove(String reference) {
        LiveNetwork network = registry.find(reference);
        if (network.view().predefined()) {
            throw EngineException.forbidden(network.view().name() + " is a pre-defined network and cannot be removed");
        }
        remove(network);
    }

    private void remove(LiveNetwork network) {
        Network view = network.view();
        network.lock.lock();
        try {
            if (network.removing) {
                throw EngineException.notFound("network " + view.name() + " not found");
            }
            List<LiveEndpoint> active = network.endpoints().stream()
                    .filter(endpoint -> endpoint.lease != null)
                    .toList();
            if (network.bridges.stream().anyMatch(bridge -> bridge.ports > 0) || !active.isEmpty()) {
                throw EngineException.forbidden("error while removing network: network " + view.name()
                        + " has active endpoints" + named(active)
                        + ": disconnect or stop the containers first");
            }
            store.removing(view.id());
            network.removing = true;
            try {
                host.lower(network);
            } catch (IOException e) {
                throw EngineException.internal(
                        "error while removing network: " + view.name() + ": " + e.getMessage()
                                + ": the next start of the engine tries again",
                        e);
            }
            store.deleteNetwork(view.id());
            List.copyOf(network.endpoints()).forEach(registry::remove);
            registry.remove(network);
        } finally {
            network.lock.unlock();
        }
        readiness.released();
        events.destroyed(view);
    }

    private static String named(Collection<LiveEndpoint> endpoints) {
        return endpoints.isEmpty()
                ? ""
                : endpoints.stream()
                        .map(endpoint -> "name:\"" + (endpoint.names.isEmpty() ? "" : endpoint.names.get(0))
                                + "\" id:\"" + endpoint.id.substring(0, 12) + "\"")
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    /** Removes the networks that no container is on (running or not) and that are meant; gives them. Predefined ones stay. */
    public List<Network> prune(Predicate<Network> meant) {
        List<Network> removed = new ArrayList<>();
        for (LiveNetwork network : registry.networks()) {
            Network view = network.view();
            if (view.predefined() || !network.endpoints().isEmpty() || !meant.test(view)) {
                continue;
            }
            try {
                remove(network);
                removed.add(view);
            } catch (EngineException e) {
                LOG.info("Network {} is not pruned: {}", view.name(), e.getMessage());
            }
        }
        return removed;
    }

    /** Every place on a network, those of containers that do not run included. */
    public List<Endpoint> endpoints(String networkId) {
        LiveNetwork network = registry.byId(networkId);
        return network == null
                ? List.of()
                : network.endpoints().stream().map(LiveEndpoint::view).toList();
    }

    /** Every place of a container, the one that leads outside first. */
    public List<Endpoint> endpointsOf(String containerId) {
        return Leasing.ordered(registry.endpointsOf(containerId)).stream()
                .map(LiveEndpoint::view)
                .toList();
    }

    /** The ports of a container that are reachable at the host, while it runs. */
    public List<PublishedPort> ports(String containerId) {
        return publishing.ports(containerId);
    }

    /** The rules of the engine's table in the packet filter, and what is in its maps. */
    public List<FilterRule> rules() {
        if (!host.hasFirewall()) {
            return List.of();
        }
        try {
            return host.firewall().rules().stream()
                    .map(rule -> new FilterRule(rule.chain(), rule.meaning(), rule.packets(), rule.bytes()))
                    .toList();
        } catch (ErrnoException e) {
            throw EngineException.internal("the packet filter's rules cannot be read: " + e.getMessage(), e);
        }
    }

    /** What went through the links of a running container; empty for others. */
    public List<NetworkTraffic> traffic(String containerId) {
        List<NetworkTraffic> traffic = new ArrayList<>();
        try {
            for (LiveEndpoint endpoint : registry.endpointsOf(containerId)) {
                Endpoint.Lease lease = endpoint.lease;
                if (lease != null && !lease.link().isEmpty()) {
                    host.link(lease.link())
                            .map(Link::statistics)
                            .ifPresent(statistics -> traffic.add(traffic(endpoint, lease, statistics)));
                }
            }
        } catch (ErrnoException e) {
            throw EngineException.internal("the traffic of container " + containerId + " cannot be read", e);
        }
        return traffic;
    }

    /** What the host's end sent is what the container received. */
    private static NetworkTraffic traffic(LiveEndpoint endpoint, Endpoint.Lease lease, LinkStatistics outer) {
        return new NetworkTraffic(
                endpoint.network.view().name(),
                lease.name(),
                outer.sentBytes(),
                outer.sentPackets(),
                outer.sendErrors(),
                outer.sendDropped(),
                outer.receivedBytes(),
                outer.receivedPackets(),
                outer.receiveErrors(),
                outer.receiveDropped());
    }
}
