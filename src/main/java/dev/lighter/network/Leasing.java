package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.network.DriverOptions.GatewayMode;
import dev.lighter.network.LiveNetwork.Bridge;
import dev.lighter.network.link.ContainerLink;
import dev.lighter.network.link.ContainerLinks;
import dev.lighter.network.link.ContainerLinks.Port;
import dev.lighter.network.link.PreparedNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what endpoints get: addresses, names of links, places on bridges, the way out. */
final class Leasing {
    private static final Comparator<LiveEndpoint> ORDER = Comparator.<LiveEndpoint>comparingInt(
                    endpoint -> -endpoint.settings.gatewayPriority())
            .thenComparing(endpoint -> !leadsOutside(endpoint.network))
            .thenComparing(endpoint -> endpoint.network.view().name());

    private final NetworkRegistry registry;
    private final HostNetwork host;
    private final NetworkStore store;

    Leasing(NetworkRegistry registry, HostNetwork host, NetworkStore store) {
        this.registry = registry;
        this.host = host;
        this.store = store;
    }

    private static boolean leadsOutside(LiveNetwork network) {
        return !network.view().internal();
    }

    /** Endpoints in the order in which they have the say about the way out. */
    static List<LiveEndpoint> ordered(Collection<LiveEndpoint> endpoints) {
        return endpoints.size() < 2
                ? List.copyOf(endpoints)
                : endpoints.stream().sorted(ORDER).toList();
    }

    /** Whose gateway leads outside; null when none does. */
    static @Nullable LiveEndpoint leader(List<LiveEndpoint> ordered, boolean v4) {
        for (LiveEndpoint endpoint : ordered) {
            Endpoint.Lease lease = endpoint.lease;
            if (lease != null && (v4 ? lease.gateway4() : lease.gateway6()) != null) {
                return endpoint;
            }
        }
        return null;
    }

    static boolean anyIpv6(Collection<LiveEndpoint> endpoints) {
        return endpoints.stream().anyMatch(endpoint -> endpoint.network.view().ipv6());
    }

    static boolean hasPair(LiveEndpoint endpoint) {
        return hasPair(endpoint.network);
    }

    static boolean hasPair(LiveNetwork network) {
        return network.view().driver() == NetworkDriver.BRIDGE;
    }

    /** Leases for all endpoints of a container that starts, into {@code leases}; the first on a bridge gets the prepared pair. */
    void lease(
            List<LiveEndpoint> ordered, PreparedNamespace.@Nullable Pair pair, Map<LiveEndpoint, Endpoint.Lease> leases)
            throws IOException {
        PreparedNamespace.Pair left = pair;
        Map<String, Integer> numbers = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (LiveEndpoint endpoint : ordered) {
            String link = "";
            if (hasPair(endpoint)) {
                link = left == null ? host.names().next() : left.name();
                left = null;
            }
            String prefix = endpoint.network.options.prefix();
            String name = EndpointPlanner.linkName(endpoint.network.view().name(), endpoint.settings);
            while (name.isEmpty() || names.contains(name)) {
                name = prefix + (numbers.merge(prefix, 1, Integer::sum) - 1);
            }
            names.add(name);
            leases.put(endpoint, lease(endpoint, link, name));
        }
    }

    /** A lease for an endpoint of a container that runs. */
    void leaseInto(LiveEndpoint endpoint, RouteNetlink inside, Map<LiveEndpoint, Endpoint.Lease> leases)
            throws IOException {
        Set<String> names = new HashSet<>();
        for (Link link : inside.links().list()) {
            names.add(link.name());
        }
        String name = EndpointPlanner.linkName(endpoint.network.view().name(), endpoint.settings);
        if (names.contains(name)) {
            throw EngineException.conflict("the container has a link named " + name + " already: choose another name");
        }
        for (int number = 0; name.isEmpty(); number++) {
            String candidate = endpoint.network.options.prefix() + number;
            name = names.contains(candidate) ? "" : candidate;
        }
        leases.put(endpoint, lease(endpoint, hasPair(endpoint) ? host.names().next() : "", name));
    }

    private Endpoint.Lease lease(LiveEndpoint endpoint, String link, String name) throws IOException {
        LiveNetwork network = endpoint.network;
        NetworkDriver driver = network.view().driver();
        if (driver == NetworkDriver.HOST || driver == NetworkDriver.NONE) {
            return Endpoint.Lease.NOTHING;
        }
        network.lock.lock();
        try {
            if (network.removing) {
                throw EngineException.notFound("network " + network.view().id() + " not found: it is being removed");
            }
            IpPrefix v4 = null;
            IpPrefix v6 = null;
            boolean done = false;
            try {
                v4 = address(network, endpoint.settings.ipv4Address(), true);
                v6 = address(network, endpoint.settings.ipv6Address(), false);
                if (driver == NetworkDriver.BRIDGE) {
                    requirePresent(network);
                    endpoint.bridge = host.place(network, store::update);
                }
                done = true;
            } finally {
                if (!done) {
                    network.release(new Endpoint.Lease(v4, v6, null, null, null, "", ""));
                }
            }
            return new Endpoint.Lease(
                    v4,
                    v6,
                    gateway(network, v4, network.options.gateway4()),
                    gateway(network, v6, network.options.gateway6()),
                    mac(endpoint, v4, v6),
                    link,
                    name);
        } finally {
            network.lock.unlock();
        }
    }

    private static void requirePresent(LiveNetwork network) {
        if (network.bridges.isEmpty()) {
            throw EngineException.unavailable("network " + network.view().name() + " is not there: " + network.failure
                    + ": see to that and start the engine again, or use --network none or host");
        }
    }

    private static @Nullable IpPrefix address(LiveNetwork network, String asked, boolean v4) {
        InetAddress fixed = EndpointPlanner.address(network, asked, v4);
        InetAddress address = fixed == null ? network.allocate(v4) : network.take(fixed);
        return address == null ? null : prefixed(network, address);
    }

    private static IpPrefix prefixed(LiveNetwork network, InetAddress address) {
        LiveNetwork.Pool pool = network.poolOf(address)
                .orElseThrow(() -> LiveNetwork.outside(network.view().name(), IpPrefix.format(address)));
        return new IpPrefix(address, pool.gatewayPrefix().length());
    }

    private static @Nullable InetAddress gateway(LiveNetwork network, @Nullable IpPrefix address, GatewayMode mode) {
        if (address == null || network.view().internal() || mode == GatewayMode.ISOLATED) {
            return null;
        }
        return network.poolOf(address.address()).map(LiveNetwork.Pool::gateway).orElse(null);
    }

    /** Made of the address, so that who has the address after another has its MAC address, too, and nobody must learn a new one. */
    private static MacAddress mac(LiveEndpoint endpoint, @Nullable IpPrefix v4, @Nullable IpPrefix v6) {
        if (!endpoint.settings.macAddress().isEmpty()) {
            return EndpointPlanner.mac(endpoint.network.view().name(), endpoint.settings.macAddress());
        }
        IpPrefix from = v4 == null ? v6 : v4;
        byte[] mac = {0x02, 0x42, 0, 0, 0, 0};
        if (from != null) {
            byte[] bytes = from.address().getAddress();
            System.arraycopy(bytes, bytes.length - 4, mac, 2, 4);
        }
        return MacAddress.of(mac);
    }

    /** Takes a lease back: its addresses are free again, its place on the bridge too. */
    void giveBack(LiveEndpoint endpoint, Endpoint.Lease lease) {
        endpoint.network.release(lease);
        endpoint.network.lock.lock();
        try {
            Bridge bridge = endpoint.bridge;
            if (bridge != null) {
                endpoint.network.left(bridge);
                endpoint.bridge = null;
            }
        } finally {
            endpoint.network.lock.unlock();
        }
    }

    /** Where an endpoint's link goes on the host; {@code publishes}: whether its container has ports published. */
    Port port(LiveEndpoint endpoint, boolean publishes) {
        Bridge bridge = endpoint.bridge;
        if (bridge == null) {
            throw new IllegalStateException("the endpoint has no place on a bridge");
        }
        return new Port(bridge.index, !endpoint.network.options.icc(), publishes);
    }

    /** How an endpoint's link is to be when all of a container's endpoints are made together. */
    ContainerLink wanted(
            LiveEndpoint endpoint,
            Endpoint.Lease lease,
            List<LiveEndpoint> ordered,
            Map<LiveEndpoint, Endpoint.Lease> leases) {
        List<InetAddress> gateways = new ArrayList<>(2);
        for (boolean v4 : new boolean[] {true, false}) {
            for (LiveEndpoint other : ordered) {
                Endpoint.Lease its = leases.get(other);
                InetAddress gateway = its == null ? null : v4 ? its.gateway4() : its.gateway6();
                if (gateway != null) {
                    if (other == endpoint) {
                        gateways.add(gateway);
                    }
                    break;
                }
            }
        }
        return link(endpoint, lease, gateways);
    }

    /** How an endpoint's link is to be where the way out is decided afterwards. */
    static ContainerLink withoutGateways(LiveEndpoint endpoint, Endpoint.Lease lease) {
        return link(endpoint, lease, List.of());
    }

    private static ContainerLink link(LiveEndpoint endpoint, Endpoint.Lease lease, List<InetAddress> gateways) {
        MacAddress mac = lease.mac();
        if (mac == null) {
            throw new IllegalStateException("there is no link without a MAC address");
        }
        LiveNetwork network = endpoint.network;
        List<IpPrefix> addresses = new ArrayList<>();
        if (lease.ipv4() != null) {
            addresses.add(lease.ipv4());
        }
        if (lease.ipv6() != null) {
            addresses.add(lease.ipv6());
        }
        for (String address : endpoint.settings.linkLocalAddresses()) {
            InetAddress parsed = IpPrefix.address(address);
            addresses.add(new IpPrefix(parsed, parsed.getAddress().length == 4 ? 16 : 64));
        }
        return new ContainerLink(
                lease.name(),
                mac,
                network.options.mtu(),
                addresses,
                gateways,
                EndpointPlanner.linkSettings(network.view().name(), endpoint.settings, lease.name()));
    }

    /** Makes an endpoint's link in a namespace. */
    void join(
            NetworkNamespace namespace,
            LiveEndpoint endpoint,
            Endpoint.Lease lease,
            ContainerLink wanted,
            boolean publishes)
            throws IOException {
        if (hasPair(endpoint)) {
            host.links().join(namespace, lease.link(), port(endpoint, publishes), wanted);
            return;
        }
        Network view = endpoint.network.view();
        int parent = host.link(view.link())
                .map(Link::index)
                .orElseThrow(() -> EngineException.conflict(
                        "network " + view.name() + " needs the host's link " + view.link() + ", which is not there"));
        host.links().joinMacvlan(namespace, parent, endpoint.network.options.macvlan(), wanted);
    }

    /** Whether an endpoint's link is all there: a pair is put on its bridge last, and a macvlan link gets its addresses last. */
    boolean isJoined(LiveEndpoint endpoint, Endpoint.Lease lease, RouteNetlink inside) throws ErrnoException {
        if (lease.mac() == null) {
            return true;
        }
        if (hasPair(endpoint)) {
            return host.link(lease.link()).map(Link::master).orElse(0) != 0;
        }
        Optional<Link> link = inside.links().find(lease.name());
        return link.isPresent() && !inside.addresses().list(link.get().index()).isEmpty();
    }

    /** Makes the link of an endpoint that an earlier run of the engine had recorded and not made, or not all of it. */
    void rejoin(NetworkNamespace namespace, LiveEndpoint endpoint, Endpoint.Lease lease, boolean publishes)
            throws IOException {
        if (hasPair(endpoint)) {
            host.links().leave(lease.link());
            endpoint.network.lock.lock();
            try {
                requirePresent(endpoint.network);
                endpoint.bridge = host.place(endpoint.network, store::update);
            } finally {
                endpoint.network.lock.unlock();
            }
        } else {
            ContainerLinks.leave(namespace, lease.name());
        }
        join(namespace, endpoint, lease, withoutGateways(endpoint, lease), publishes);
    }

    /** Finds out on which bridges the links of an earlier run are. */
    void present(Collection<LiveEndpoint> endpoints) throws ErrnoException {
        for (LiveEndpoint endpoint : endpoints) {
            Endpoint.Lease lease = endpoint.lease;
            if (lease == null || lease.link().isEmpty() || endpoint.bridge != null) {
                continue;
            }
            int master = host.link(lease.link()).map(Link::master).orElse(0);
            LiveNetwork network = endpoint.network;
            network.lock.lock();
            try {
                for (Bridge bridge : network.bridges) {
                    if (bridge.index == master) {
                        network.taken(bridge);
                        endpoint.bridge = bridge;
                    }
                }
            } finally {
                network.lock.unlock();
            }
            registry.leased(endpoint, lease);
        }
    }
}
