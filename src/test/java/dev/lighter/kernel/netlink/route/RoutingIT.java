package dev.lighter.kernel.netlink.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.Lab;
import dev.lighter.kernel.netlink.MacAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Addresses, routes, neighbours and rules, proven by packets that go where they should. */
class RoutingIT {
    private Lab lab;
    private Host router;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab();
        router = lab.router();
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    @Test
    void addressesAreAddedReplacedListedAndDeleted() throws Exception {
        int link = lab.bridge("br0");
        Addresses addresses = router.route().addresses();
        IpPrefix four = IpPrefix.parse("10.0.0.1/24");
        IpPrefix six = IpPrefix.parse("fd00::1/64");

        addresses.add(link, four);
        addresses.add(link, six, AddressFlag.NO_DAD, AddressFlag.NO_PREFIX_ROUTE);

        assertThat(addresses.list(link)).extracting(Address::prefix).contains(four, six);
        assertThat(addresses.list(link).stream()
                        .filter(address -> address.prefix().equals(six))
                        .findFirst()
                        .orElseThrow()
                        .flags())
                .contains(AddressFlag.NO_DAD, AddressFlag.NO_PREFIX_ROUTE, AddressFlag.PERMANENT)
                .doesNotContain(AddressFlag.TENTATIVE);
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> addresses.add(link, four))
                .withMessageStartingWith("RTM_NEWADDR(10.0.0.1/24 on link " + link + "): EEXIST");
        addresses.replace(link, four, AddressFlag.NO_PREFIX_ROUTE);
        addresses.delete(link, four);
        addresses.delete(link, six);
        assertThat(addresses.list(link)).extracting(Address::prefix).doesNotContain(four, six);
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> addresses.delete(link, four))
                .matches(e -> e.is(Errno.EADDRNOTAVAIL));
    }

    @Test
    void routesAreAddedReplacedListedAndDeleted() throws Exception {
        int link = lab.bridge("br0", "10.0.0.1/24", "fd00::1/64");
        Routes routes = router.route().routes();
        Route through = Route.to(IpPrefix.parse("10.9.0.0/16")).via(IpPrefix.address("10.0.0.2"));
        Route six = Route.defaultVia(IpPrefix.address("fd00::2")).through(link).withMetric(77);
        Route hole = Route.to(IpPrefix.parse("10.8.0.0/16")).ofType(Route.Type.BLACKHOLE);
        Route elsewhere = Route.to(IpPrefix.parse("10.7.0.0/16")).through(link).inTable(1000);
        Route onlink = Route.to(IpPrefix.parse("10.6.0.0/16"))
                .via(IpPrefix.address("192.168.3.3"))
                .through(link)
                .withGatewayOnLink();

        for (Route route : List.of(through, six, hole, elsewhere, onlink)) {
            routes.add(route);
        }

        assertThat(routes.list(Route.MAIN_TABLE))
                .contains(through.through(link), six, hole, onlink)
                .anyMatch(route -> route.destination().equals(IpPrefix.parse("10.0.0.0/24"))
                        && IpPrefix.address("10.0.0.1").equals(route.source()));
        assertThat(routes.list(1000)).containsExactly(elsewhere);
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> routes.add(through))
                .withMessage("RTM_NEWROUTE(10.9.0.0/16 via 10.0.0.2): EEXIST File exists");
        routes.replace(through.via(IpPrefix.address("10.0.0.3")));
        assertThat(routes.list(Route.MAIN_TABLE))
                .contains(through.via(IpPrefix.address("10.0.0.3")).through(link))
                .doesNotContain(through.through(link));
        routes.delete(Route.to(IpPrefix.parse("10.9.0.0/16")));
        routes.delete(hole);
        assertThat(routes.list(Route.MAIN_TABLE))
                .noneMatch(route -> route.destination().equals(IpPrefix.parse("10.9.0.0/16")));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> routes.delete(hole))
                .matches(e -> e.is(Errno.ESRCH));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> routes.add(Route.defaultVia(IpPrefix.address("172.31.0.1"))))
                .withMessageMatching(
                        "RTM_NEWROUTE\\(default via 172.31.0.1\\): ENETUNREACH .*: " + "Nexthop has invalid gateway");
    }

    @Test
    void datagramsAndConnectionsCrossABridgeInBothFamilies() throws Exception {
        int bridge = lab.bridge("br0", "10.0.0.1/24", "fd00::1/64");
        Host a = lab.attach("a", bridge, "10.0.0.2/24", "fd00::2/64");
        Host b = lab.attach("b", bridge, "10.0.0.3/24", "fd00::3/64");

        for (String[] pair : new String[][] {{"10.0.0.2", "10.0.0.3"}, {"fd00::2", "fd00::3"}}) {
            try (DatagramChannel from = a.udp(pair[0], 0);
                    DatagramChannel to = b.udp(pair[1], 5000);
                    ServerSocketChannel server = b.listen(pair[1], 5000);
                    SocketChannel client = a.connect(pair[1], 5000);
                    SocketChannel accepted = server.accept()) {
                assertThat(Host.pass(from, to, pair[1], 5000).text()).isEqualTo("hello");
                client.write(ByteBuffer.wrap(new byte[] {42}));
                ByteBuffer got = ByteBuffer.allocate(1);
                accepted.read(got);
                assertThat(got.get(0)).isEqualTo((byte) 42);
            }
        }
    }

    @Test
    void theRouterPassesPacketsFromBridgeToBridge() throws Exception {
        Host a = lab.attach("a", lab.bridge("br0", "10.0.0.1/24", "fd00::1/64"), "10.0.0.2/24", "fd00::2/64");
        Host b = lab.attach("b", lab.bridge("br1", "10.0.1.1/24", "fd00:1::1/64"), "10.0.1.2/24", "fd00:1::2/64");

        try (DatagramChannel from = a.udp("10.0.0.2", 0);
                DatagramChannel to = b.udp("10.0.1.2", 5000);
                DatagramChannel from6 = a.udp("fd00::2", 0);
                DatagramChannel to6 = b.udp("fd00:1::2", 5000)) {
            assertThat(Host.pass(from, to, "10.0.1.2", 5000).from().getAddress())
                    .isEqualTo(IpPrefix.address("10.0.0.2"));
            assertThat(Host.pass(from6, to6, "fd00:1::2", 5000).from().getAddress())
                    .isEqualTo(IpPrefix.address("fd00::2"));
        }
    }

    @Test
    void statisticsCountWhatPasses() throws Exception {
        int bridge = lab.bridge("br0", "10.0.0.1/24");
        Host a = lab.attach("a", bridge, "10.0.0.2/24");
        Host b = lab.attach("b", bridge, "10.0.0.3/24");
        try (DatagramChannel from = a.udp("10.0.0.2", 0);
                DatagramChannel to = b.udp("10.0.0.3", 5000)) {
            Host.pass(from, to, "10.0.0.3", 5000);
            LinkStatistics before = b.route().links().find("eth0").orElseThrow().statistics();

            for (int i = 0; i < 100; i++) {
                Host.pass(from, to, "10.0.0.3", 5000);
            }

            LinkStatistics after = b.route().links().find("eth0").orElseThrow().statistics();
            assertThat(after.receivedPackets() - before.receivedPackets()).isGreaterThanOrEqualTo(100);
            // 14 bytes of Ethernet, 20 of IP, 8 of UDP and "hello".
            assertThat(after.receivedBytes() - before.receivedBytes()).isGreaterThanOrEqualTo(4700);
        }
    }

    @Test
    void neighboursAreKnownWithoutAsking() throws Exception {
        int bridge = lab.bridge("br0", "10.0.0.1/24");
        Host a = lab.attach("a", bridge, "10.0.0.2/24");
        MacAddress mac = Objects.requireNonNull(
                a.route().links().find("eth0").orElseThrow().mac());
        int port = router.route().links().index("a");
        Neighbours neighbours = router.route().neighbours();

        neighbours.set(bridge, IpPrefix.address("10.0.0.2"), mac);
        neighbours.setPort(port, mac);

        assertThat(neighbours.list()).contains(new Neighbour(bridge, IpPrefix.address("10.0.0.2"), mac, true, 0));
        assertThat(neighbours.listBridges()).contains(new Neighbour(port, null, mac, true, bridge));
        neighbours.delete(bridge, IpPrefix.address("10.0.0.2"));
        neighbours.deletePort(port, mac);
        assertThat(neighbours.list()).noneMatch(known -> known.fixed() && Objects.equals(mac, known.mac()));
        assertThat(neighbours.listBridges()).noneMatch(known -> known.fixed() && Objects.equals(mac, known.mac()));
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> neighbours.deletePort(port, mac))
                .matches(e -> e.is(Errno.ENOENT));
    }

    @Test
    void rulesLeadToTables() throws Exception {
        int bridge = lab.bridge("br0", "10.0.0.1/24");
        Host a = lab.attach("a", bridge, "10.0.0.2/24");
        a.route()
                .routes()
                .add(Route.to(IpPrefix.parse("10.0.0.3/32"))
                        .ofType(Route.Type.UNREACHABLE)
                        .inTable(1000));
        RoutingRule rule = RoutingRule.from(IpPrefix.ANY_V4)
                .to(IpPrefix.parse("10.0.0.3"))
                .inTable(1000)
                .withPriority(500);

        a.route().rules().add(rule);

        assertThat(a.route().rules().list()).contains(rule);
        try (DatagramChannel from = a.udp("10.0.0.2", 0)) {
            assertThatExceptionOfType(NoRouteToHostException.class)
                    .isThrownBy(() -> from.connect(new InetSocketAddress(IpPrefix.address("10.0.0.3"), 5000)));
        }
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> a.route().rules().add(rule))
                .matches(e -> e.is(Errno.EEXIST));
        RoutingRule other = RoutingRule.from(IpPrefix.parse("fd00::/8"))
                .withMark(7)
                .in("eth0")
                .inTable(1001)
                .withPriority(501);
        a.route().rules().add(other);
        assertThat(a.route().rules().list()).contains(other);
        a.route().rules().delete(rule);
        a.route().rules().delete(other);
        assertThat(a.route().rules().list()).doesNotContain(rule, other);
    }

    @Test
    void aBatchMakesAWholeNetwork() throws Exception {
        RouteBatch batch = router.route().batch();
        batch.links()
                .create(NewLink.bridge("br0", BridgeOptions.create().stp(false)).up());
        batch.send();
        int bridge = router.route().links().index("br0");
        for (int i = 1; i <= 200; i++) {
            batch.addresses().add(bridge, IpPrefix.parse("10.0.0." + i + "/24"));
            batch.neighbours()
                    .set(bridge, IpPrefix.address("10.0.1." + i), MacAddress.of(new byte[] {2, 0, 0, 0, 0, (byte) i}));
            batch.routes().add(Route.to(IpPrefix.parse("10.1." + i + ".0/24")).through(bridge));
        }
        batch.addresses().add(bridge, IpPrefix.parse("10.0.0.1/24"));

        assertThatExceptionOfType(ErrnoException.class).isThrownBy(batch::send).withMessageContaining("EEXIST");
        assertThat(router.route().addresses().list(bridge)).hasSizeGreaterThanOrEqualTo(200);
        assertThat(router.route().neighbours().list().stream().filter(Neighbour::fixed))
                .hasSizeGreaterThanOrEqualTo(200);
        assertThat(router.route().routes().list(Route.MAIN_TABLE)).hasSizeGreaterThanOrEqualTo(200);
    }
}
