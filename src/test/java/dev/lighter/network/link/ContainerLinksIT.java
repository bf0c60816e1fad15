package dev.lighter.network.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.Lab;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.Address;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.Route;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import dev.lighter.network.link.ContainerLinks.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Namespaces that join bridges and leave them, in a small world of their own. */
class ContainerLinksIT {
    private final LinkNames names = new LinkNames("0a1b2c");
    private Lab lab;
    private Host router;
    private ContainerLinks links;

    @BeforeEach
    void make() throws IOException {
        lab = new Lab();
        router = lab.router();
        links = new ContainerLinks(router.route());
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private int bridge(String name, String... gateways) throws IOException {
        List<IpPrefix> addresses =
                java.util.Arrays.stream(gateways).map(IpPrefix::parse).toList();
        return router.namespace().call(() -> new Bridges(router.route()).ensure(name, 1500, addresses));
    }

    private static ContainerLink wanted(String name, String mac, String gateway, String... addresses) {
        List<InetAddress> gateways = gateway.isEmpty() ? List.of() : List.of(IpPrefix.address(gateway));
        return new ContainerLink(
                name,
                MacAddress.parse(mac),
                1500,
                java.util.Arrays.stream(addresses).map(IpPrefix::parse).toList(),
                gateways,
                Map.of());
    }

    /** A namespace on a bridge; it goes with the lab. */
    private Host joined(String name, Port port, String gateway, String... addresses) throws IOException {
        Host host = lab.host(name);
        links.join(
                host.namespace(),
                names.next(),
                port,
                wanted(
                        "eth0",
                        String.format("02:42:00:00:00:%02x", addresses[0].hashCode() & 0xff),
                        gateway,
                        addresses));
        return host;
    }

    private static boolean reaches(Host from, Host to, String address) throws IOException {
        try (ServerSocketChannel listening = to.listen(address, 8000);
                SocketChannel channel = from.namespace().call(SocketChannel::open)) {
            assertThat(listening.isOpen()).isTrue();
            channel.socket().connect(new java.net.InetSocketAddress(IpPrefix.address(address), 8000), 1500);
            return true;
        } catch (SocketTimeoutException | java.net.NoRouteToHostException e) {
            return false;
        }
    }

    @Test
    void containersOfABridgeReachEachOtherAndTheGateway() throws Exception {
        Port port = new Port(bridge("br0", "10.0.0.1/24"), false, false);
        Host one = joined("one", port, "10.0.0.1", "10.0.0.2/24");
        Host two = joined("two", port, "10.0.0.1", "10.0.0.3/24");

        assertThat(reaches(one, two, "10.0.0.3")).isTrue();
        assertThat(reaches(two, router, "10.0.0.1")).isTrue();
        assertThat(one.route().routes().list(Route.MAIN_TABLE))
                .anySatisfy(route -> assertThat(route.gateway()).isEqualTo(IpPrefix.address("10.0.0.1")));
    }

    @Test
    void aPreparedPairJoinsWithMacAddressAndName() throws Exception {
        Port port = new Port(bridge("br0", "10.0.0.1/24"), false, false);
        try (PreparedNamespace prepared = PreparedNamespace.create()) {
            prepared.makePair(router.route(), names);
            PreparedNamespace.Pair pair = Objects.requireNonNull(prepared.pair());
            links.join(prepared, pair, port, wanted("net3", "02:42:0a:00:00:09", "10.0.0.1", "10.0.0.9/24"));

            Link inner = prepared.inside().links().find("net3").orElseThrow();
            assertThat(inner.mac()).isEqualTo(MacAddress.parse("02:42:0a:00:00:09"));
            assertThat(inner.running()).isTrue();
            assertThat(router.route().links().find(pair.name()).orElseThrow().master())
                    .isEqualTo(port.bridge());
            Host two = joined("two", port, "10.0.0.1", "10.0.0.3/24");
            Host self = new Host("prepared", prepared.namespace(), prepared.inside());
            assertThat(reaches(two, self, "10.0.0.9")).isTrue();
        }
    }

    @Test
    void aNamespaceFromThePoolHasWhatProgramsExpect() throws Exception {
        try (NamespacePool pool = new NamespacePool(router.route(), names, 2)) {
            pool.start();
            try (PreparedNamespace bare = pool.takeBare();
                    PreparedNamespace paired = pool.takePaired()) {
                assertThat(bare.pair()).isNull();
                assertThat(bare.inside().links().list()).singleElement().satisfies(lo -> {
                    assertThat(lo.name()).isEqualTo("lo");
                    assertThat(lo.up()).isTrue();
                });
                assertThat(paired.pair()).isNotNull();
                assertThat(paired.namespace().setting("ipv4/ip_unprivileged_port_start"))
                        .isEqualTo("0");
                assertThat(paired.namespace().setting("ipv4/ping_group_range")).isEqualTo("0\t2147483647");
                assertThat(paired.namespace().setting("ipv6/conf/eth0/disable_ipv6"))
                        .isEqualTo("1");
            }
        }
        assertEventuallyNoPairs();
    }

    private void assertEventuallyNoPairs() throws IOException, InterruptedException {
        for (int tries = 0; tries < 200; tries++) {
            if (router.route().links().list().stream().noneMatch(link -> names.isOurs(link.name()))) {
                return;
            }
            Thread.sleep(25);
        }
        assertThat(router.route().links().list()).extracting(Link::name).noneMatch(names::isOurs);
    }

    @Test
    void addressesOfIpv6WorkAtOnceAndNoRouterIsHeeded() throws Exception {
        Port port = new Port(bridge("br0", "10.0.0.1/24", "fd00::1/64"), false, false);
        Host with = joined("with", port, "fd00::1", "10.0.0.2/24", "fd00::2/64");
        Host other = joined("other", port, "fd00::1", "fd00::3/64");

        assertThat(reaches(with, other, "fd00::3")).isTrue();
        assertThat(with.namespace().setting("ipv6/conf/eth0/accept_ra")).isEqualTo("0");
    }

    @Test
    void isolatedPortsReachTheGatewayButNotEachOtherOnAnyBridge() throws Exception {
        int first = bridge("br0", "10.0.0.1/24");
        router.namespace().call(() -> {
            new Bridges(router.route()).join(first, "br1", "up1", "down1", 1500, true);
            return true;
        });
        int further = router.route().links().index("br1");
        Host one = joined("one", new Port(first, true, false), "10.0.0.1", "10.0.0.2/24");
        Host two = joined("two", new Port(first, true, false), "10.0.0.1", "10.0.0.3/24");
        Host three = joined("three", new Port(further, true, false), "10.0.0.1", "10.0.0.4/24");
        Host four = joined("four", new Port(further, true, false), "10.0.0.1", "10.0.0.5/24");

        assertThat(reaches(one, router, "10.0.0.1")).isTrue();
        assertThat(reaches(three, router, "10.0.0.1")).isTrue();
        assertThat(reaches(one, two, "10.0.0.3")).as("same bridge").isFalse();
        assertThat(reaches(three, four, "10.0.0.5")).as("same further bridge").isFalse();
        assertThat(reaches(one, three, "10.0.0.4")).as("across bridges").isFalse();
        assertThat(reaches(four, one, "10.0.0.2")).as("across bridges, back").isFalse();
    }

    @Test
    void containersOfJoinedBridgesReachEachOther() throws Exception {
        int first = bridge("br0", "10.0.0.1/24");
        router.namespace().call(() -> {
            new Bridges(router.route()).join(first, "br1", "up1", "down1", 1500, false);
            new Bridges(router.route()).join(first, "br2", "up2", "down2", 1500, false);
            return true;
        });
        Host one = joined("one", new Port(first, false, false), "10.0.0.1", "10.0.0.2/24");
        Host two =
                joined("two", new Port(router.route().links().index("br1"), false, false), "10.0.0.1", "10.0.0.3/24");
        Host three =
                joined("three", new Port(router.route().links().index("br2"), false, false), "10.0.0.1", "10.0.0.4/24");

        assertThat(reaches(one, two, "10.0.0.3")).isTrue();
        assertThat(reaches(two, three, "10.0.0.4")).isTrue();
        assertThat(reaches(three, router, "10.0.0.1")).isTrue();
    }

    @Test
    void macvlanAddressesOfOneParentReachEachOther() throws Exception {
        router.route()
                .links()
                .create(NewLink.veth("parent0", VethPeer.named("parent1")).up());
        router.route().links().change("parent1", LinkChange.create().up());
        Lab.awaitRunning(router, "parent0");
        int parent = router.route().links().index("parent0");
        Host one = lab.host("one");
        Host two = lab.host("two");
        links.joinMacvlan(
                one.namespace(),
                parent,
                NewLink.MacvlanMode.BRIDGE,
                wanted("eth0", "02:00:00:00:00:01", "", "10.5.0.2/24"));
        links.joinMacvlan(
                two.namespace(),
                parent,
                NewLink.MacvlanMode.BRIDGE,
                wanted("eth0", "02:00:00:00:00:02", "", "10.5.0.3/24"));

        assertThat(reaches(one, two, "10.5.0.3")).isTrue();
    }

    @Test
    void aJoinThatFailsHalfWayLeavesNothing() throws Exception {
        Port port = new Port(bridge("br0", "10.0.0.1/24"), false, false);
        Host host = lab.host("one");
        String name = names.next();

        assertThatThrownBy(() -> links.join(
                        host.namespace(), name, port, wanted("eth0", "02:00:00:00:00:01", "10.9.9.9", "10.0.0.2/24")))
                .isInstanceOf(ErrnoException.class);
        assertThat(router.route().links().find(name)).isEmpty();
        assertThat(host.route().links().find("eth0")).isEmpty();
    }

    @Test
    void leavingTwiceIsNoError() throws Exception {
        Port port = new Port(bridge("br0", "10.0.0.1/24"), false, false);
        Host host = lab.host("one");
        String name = names.next();
        links.join(host.namespace(), name, port, wanted("eth0", "02:00:00:00:00:01", "10.0.0.1", "10.0.0.2/24"));

        links.leave(name);
        links.leave(name);
        assertThat(host.route().links().find("eth0")).isEmpty();
    }

    @Test
    void theWayOutIsChangedAndTakenAway() throws Exception {
        Port port = new Port(bridge("br0", "10.0.0.1/24"), false, false);
        Host host = joined("one", port, "10.0.0.1", "10.0.0.2/24");
        try (RouteNetlink inside = RouteNetlink.open(host.namespace())) {
            ContainerLinks.route(inside, true, IpPrefix.address("10.0.0.254"), "eth0");
            assertThat(defaults(inside)).containsExactly(IpPrefix.address("10.0.0.254"));
            ContainerLinks.route(inside, true, null, "");
            ContainerLinks.route(inside, true, null, "");
            assertThat(defaults(inside)).isEmpty();
        }
    }

    private static List<InetAddress> defaults(RouteNetlink inside) throws ErrnoException {
        return inside.routes().list(Route.MAIN_TABLE).stream()
                .filter(route -> route.destination().length() == 0)
                .map(Route::gateway)
                .toList();
    }

    @Test
    void aBridgeKeepsItsMacAddressWhenPortsComeAndIsMadeOnce() throws Exception {
        int index = bridge("br0", "10.0.0.1/24");
        MacAddress before = router.route().links().find(index).orElseThrow().mac();
        joined("one", new Port(index, false, false), "10.0.0.1", "10.0.0.2/24");

        assertThat(before).isEqualTo(MacAddress.parse("02:42:0a:00:00:01"));
        assertThat(router.route().links().find(index).orElseThrow().mac()).isEqualTo(before);
        assertThat(bridge("br0", "10.0.0.1/24", "10.0.1.1/24")).isEqualTo(index);
        assertThat(router.route().addresses().list(index))
                .extracting(Address::prefix)
                .contains(IpPrefix.parse("10.0.0.1/24"), IpPrefix.parse("10.0.1.1/24"));
    }

    @Test
    void aLinkOfTheNameThatIsNoBridgeIsLeftAlone() throws Exception {
        router.route().links().create(NewLink.veth("br0", VethPeer.named("peer")));

        assertThatThrownBy(() -> bridge("br0", "10.0.0.1/24"))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
                .hasMessageContaining("no bridge");
        assertThat(router.route().links().find("br0").orElseThrow().kind()).isEqualTo("veth");
    }

    @Test
    void settingsOfALinkAreWrittenInsideOnly() throws Exception {
        Port port = new Port(bridge("br0", "10.0.0.1/24"), false, false);
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            links.join(
                    namespace,
                    names.next(),
                    port,
                    new ContainerLink(
                            "eth0",
                            MacAddress.parse("02:00:00:00:00:01"),
                            1400,
                            List.of(IpPrefix.parse("10.0.0.2/24")),
                            List.of(),
                            Map.of("ipv4/conf/eth0/log_martians", "1")));
            assertThat(namespace.setting("ipv4/conf/eth0/log_martians")).isEqualTo("1");
            try (RouteNetlink inside = RouteNetlink.open(namespace)) {
                assertThat(inside.links().find("eth0").orElseThrow().mtu()).isEqualTo(1400);
            }
        }
    }
}
