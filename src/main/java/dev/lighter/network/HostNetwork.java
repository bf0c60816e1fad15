package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.Route;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import dev.lighter.network.DriverOptions.GatewayMode;
import dev.lighter.network.address.Subnet;
import dev.lighter.network.dns.Asker;
import dev.lighter.network.dns.DnsServer;
import dev.lighter.network.firewall.Firewall;
import dev.lighter.network.firewall.Translation;
import dev.lighter.network.firewall.WalledNetwork;
import dev.lighter.network.link.Bridges;
import dev.lighter.network.link.ContainerLinks;
import dev.lighter.network.link.LinkNames;
import dev.lighter.network.link.NamespacePool;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What networks are on the host: bridges, walls, name servers. Carries out and decides nothing; a network changes under its own lock. One
 * per engine.
 */
final class HostNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(HostNetwork.class);
    /** Well below what a bridge can take: the price of a port grows with their number. */
    private static final int PORTS = 500;

    private static final String NAMES = "names";
    /** Where a container asks for names that no gateway of ours answers: within its own loopback. */
    static final InetAddress INNER_NAMES = IpPrefix.address("127.0.0.11");

    private final RouteNetlink route;
    private final Bridges bridges;
    private final ContainerLinks links;
    private final LinkNames names;
    private final NamespacePool namespaces;
    private final @Nullable Firewall firewall;
    private final DnsServer dns;
    private final Map<InetAddress, List<Translation>> namesElsewhere = new ConcurrentHashMap<>();

    /**
     * Takes ownership of all but the names.
     *
     * @param route speaks of the host's links
     * @param firewall null where the kernel has no packet filter: then there are no networks on bridges
     */
    HostNetwork(
            RouteNetlink route, LinkNames names, NamespacePool namespaces, @Nullable Firewall firewall, DnsServer dns) {
        this.route = route;
        this.bridges = new Bridges(route);
        this.links = new ContainerLinks(route);
        this.names = names;
        this.namespaces = namespaces;
        this.firewall = firewall;
        this.dns = dns;
    }

    LinkNames names() {
        return names;
    }

    ContainerLinks links() {
        return links;
    }

    NamespacePool namespaces() {
        return namespaces;
    }

    /** Whether the kernel has what walls are made of. */
    boolean hasFirewall() {
        return firewall != null;
    }

    /** The walls. Fails with NOT_IMPLEMENTED where the kernel lacks what they are made of. */
    Firewall firewall() {
        if (firewall == null) {
            throw EngineException.notImplemented("this kernel has no nf_tables, which keep networks apart and publish"
                    + " ports: load the module (modprobe nf_tables) or use a kernel with CONFIG_NF_TABLES_INET, and start"
                    + " the engine again; --network none and host work without");
        }
        return firewall;
    }

    /** All links of the host. */
    List<Link> allLinks() throws ErrnoException {
        return route.links().list();
    }

    Optional<Link> link(String name) throws ErrnoException {
        return route.links().find(name);
    }

    /** The subnets that the host has routes to, but those of bridges that are given. */
    List<Subnet> routes(List<Integer> without) throws ErrnoException {
        return route.routes().list(Route.MAIN_TABLE).stream()
                .filter(one -> one.destination().length() > 0 && !without.contains(one.link()))
                .map(one -> Subnet.of(one.destination().network()))
                .distinct()
                .toList();
    }

    /** Makes what a network needs on the host, as far as it is not there; its walls are up before its bridge is. */
    void raise(LiveNetwork network) throws IOException {
        Network view = network.view();
        switch (view.driver()) {
            case BRIDGE -> raiseBridge(network);
            case MACVLAN -> raiseParent(view);
            case HOST, NONE -> {}
        }
    }

    private void raiseBridge(LiveNetwork network) throws IOException {
        Network view = network.view();
        Firewall walls = firewall();
        int mtu = network.options.mtu();
        int first = firstBridge(network, mtu);
        network.bridges.clear();
        network.bridges.add(new LiveNetwork.Bridge(view.link(), first));
        for (FurtherBridge further : network.furtherBridges) {
            join(network, first, further);
        }
        walls.add(walls(network));
        for (IpPrefix gateway : bridgeAddresses(network)) {
            answerNames(gateway.address());
        }
    }

    /** Where another name server of the host has all addresses' port 53, ours has another port, to which questions are translated. */
    private void answerNames(InetAddress gateway) throws IOException {
        try {
            dns.listen(gateway);
        } catch (IOException e) {
            int port = dns.listen(gateway, 0);
            LOG.info("{}: the packet filter leads questions to port {}", e.getMessage(), port);
            List<Translation> elsewhere = List.of(
                    new Translation(gateway, Rule.UDP, DnsServer.PORT, gateway, port, NAMES),
                    new Translation(gateway, Rule.TCP, DnsServer.PORT, gateway, port, NAMES));
            namesElsewhere.put(gateway, elsewhere);
            firewall().publish(elsewhere);
        }
    }

    /** Whether a network's gateway answers its containers' questions for names; without the way out, no question is translated. */
    boolean answersNames(LiveNetwork network) {
        return Leasing.hasPair(network)
                && !(network.view().internal()
                        && bridgeAddresses(network).stream()
                                .anyMatch(gateway -> namesElsewhere.containsKey(gateway.address())));
    }

    /** Answers a container's questions inside its own namespace, on {@link #INNER_NAMES}; doing so again changes nothing. */
    void answerInside(String containerId, NetworkNamespace namespace, Supplier<Asker> asker) throws IOException {
        dns.listenInside(containerId, namespace, INNER_NAMES, asker);
    }

    /** Answers no more inside a container; nothing where it was not. */
    void endAnswersInside(String containerId) {
        dns.forgetInside(containerId);
    }

    /** Translations that lead questions for names to where they are answered. */
    List<Translation> namesElsewhere() {
        return namesElsewhere.values().stream().flatMap(List::stream).toList();
    }

    private int firstBridge(LiveNetwork network, int mtu) throws IOException {
        try {
            return bridges.ensure(network.view().link(), mtu, bridgeAddresses(network));
        } catch (ErrnoException e) {
            if (e.is(Errno.EOPNOTSUPP)) {
                throw EngineException.notImplemented("this kernel has no bridges: load the module (modprobe bridge) or"
                        + " use a kernel with CONFIG_BRIDGE; --network none and host work without");
            }
            throw e;
        }
    }

    private void join(LiveNetwork network, int first, FurtherBridge further) throws IOException {
        bridges.join(
                first, further.name(), further.first(), further.last(), network.options.mtu(), !network.options.icc());
        int index = route.links().index(further.name());
        network.bridges.add(new LiveNetwork.Bridge(further.name(), index));
    }

    /** A parent that nobody names is a pair that leads nowhere; one such as {@code eth0.10} is that VLAN of the link {@code eth0}. */
    private void raiseParent(Network view) throws IOException {
        String parent = view.link();
        if (route.links().find(parent).isPresent()) {
            return;
        }
        int dot = parent.lastIndexOf('.');
        if (view.options().getOrDefault("parent", "").isEmpty()) {
            String end = "lp" + parent.substring(2);
            route.links().create(NewLink.veth(parent, VethPeer.named(end)).up());
            route.links().change(end, LinkChange.create().up());
        } else if (dot > 0 && parent.substring(dot + 1).matches("[0-9]{1,4}")) {
            int id = Integer.parseInt(parent.substring(dot + 1));
            int index = route.links().index(parent.substring(0, dot));
            route.links().create(NewLink.vlan(parent, index, id).up());
        } else {
            throw new ErrnoException("RTM_GETLINK", parent, Errno.ENODEV, "the host has no such link");
        }
    }

    /** The gateways, unless there is to be none. */
    static List<IpPrefix> bridgeAddresses(LiveNetwork network) {
        DriverOptions options = network.options;
        return network.gateways().stream()
                .filter(gateway -> (gateway.isV4() ? options.gateway4() : options.gateway6()) != GatewayMode.ISOLATED)
                .toList();
    }

    /** A network as its walls know it. */
    static WalledNetwork walls(LiveNetwork network) {
        DriverOptions options = network.options;
        List<String> names = new ArrayList<>();
        names.add(network.view().link());
        network.furtherBridges.forEach(further -> names.add(further.name()));
        return new WalledNetwork(
                names,
                bridgeAddresses(network),
                network.view().internal(),
                options.icc(),
                options.masquerade() && masquerades(options.gateway4()),
                options.masquerade() && masquerades(options.gateway6()),
                isOpen(options.gateway4()),
                isOpen(options.gateway6()));
    }

    private static boolean masquerades(GatewayMode mode) {
        return mode == GatewayMode.NAT || mode == GatewayMode.NAT_UNPROTECTED;
    }

    private static boolean isOpen(GatewayMode mode) {
        return mode == GatewayMode.NAT_UNPROTECTED || mode == GatewayMode.ROUTED;
    }

    /** Takes what a network has on the host away. What somebody else made stays. */
    void lower(LiveNetwork network) throws IOException {
        Network view = network.view();
        if (view.driver() == NetworkDriver.MACVLAN) {
            if (names.isOurs(view.link())) {
                bridges.delete(view.link());
            }
            return;
        }
        if (view.driver() != NetworkDriver.BRIDGE || firewall == null) {
            return;
        }
        for (IpPrefix gateway : bridgeAddresses(network)) {
            dns.forget(gateway.address());
            List<Translation> elsewhere = namesElsewhere.remove(gateway.address());
            if (elsewhere != null) {
                firewall.withdraw(elsewhere);
            }
        }
        for (FurtherBridge further : network.furtherBridges) {
            bridges.delete(further.name());
            bridges.delete(further.first());
        }
        if (view.foreignLink()) {
            bridges.withdraw(view.link(), bridgeAddresses(network));
        } else {
            bridges.delete(view.link());
        }
        firewall().remove(walls(network));
        network.bridges.clear();
    }

    /** Where the next container's link goes; takes the place. To be called under the network's lock. */
    LiveNetwork.Bridge place(LiveNetwork network, FurtherBridges recorder) throws IOException {
        for (LiveNetwork.Bridge bridge : network.bridges) {
            if (bridge.ports < PORTS) {
                network.taken(bridge);
                return bridge;
            }
        }
        FurtherBridge further = new FurtherBridge(names.next(), names.next(), names.next());
        List<FurtherBridge> all = new ArrayList<>(network.furtherBridges);
        all.add(further);
        recorder.record(network.view().id(), all);
        network.furtherBridges.add(further);
        firewall().add(walls(network));
        join(network, network.bridges.get(0).index, further);
        LiveNetwork.Bridge bridge = network.bridges.get(network.bridges.size() - 1);
        network.taken(bridge);
        LOG.info("Network {} has {} bridges now", network.view().name(), network.bridges.size());
        return bridge;
    }

    /** Records a network's further bridges before one more is made. */
    interface FurtherBridges {
        void record(String networkId, List<FurtherBridge> bridges);
    }

    /** Removes a link of ours that nobody needs; nothing when it has gone. */
    void delete(String link) throws ErrnoException {
        bridges.delete(link);
    }

    /** Closes what it was given; what is on the host stays. */
    void end() {
        dns.close();
        if (firewall != null) {
            firewall.close();
        }
        namespaces.close();
        route.close();
    }
}
