package dev.lighter.network.firewall;

import static dev.lighter.network.firewall.FirewallLab.HOST;
import static dev.lighter.network.firewall.FirewallLab.HOST6;
import static dev.lighter.network.firewall.FirewallLab.ONE;
import static dev.lighter.network.firewall.FirewallLab.TWO;
import static dev.lighter.network.firewall.FirewallLab.connect;
import static dev.lighter.network.firewall.FirewallLab.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.route.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of the host containers reach, and what they do not. */
class FirewallHostIT {
    private static final String REST = "drop: all else from a container to the host";
    private static final int PING_MILLIS = 10_000;

    private FirewallLab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new FirewallLab();
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void reached(String address, int port) throws IOException {
        connect(lab.web, address, port, lab.host(), address, port);
        exchange(lab.web, address, port, lab.host(), address, port);
    }

    private void closed(String rule, String address, int port) throws IOException {
        lab.dropped(rule, lab.web, address, port, lab.host(), address, port);
        lab.connectionDropped(rule, lab.web, address, port);
    }

    private static boolean pings(Host from, String address) throws IOException {
        InetAddress to = IpPrefix.address(address);
        return from.namespace().call(() -> to.isReachable(PING_MILLIS));
    }

    @Test
    void theOwnGatewayIsOpen() throws Exception {
        reached("10.0.0.1", 7000);
        reached("fd00::1", 7000);
        reached("10.0.0.1", 53);
        assertThat(pings(lab.web, "10.0.0.1")).isTrue();
        assertThat(pings(lab.web, "fd00::1")).isTrue();
    }

    @Test
    void otherAddressesOfTheHostAreClosed() throws Exception {
        for (String address : List.of(HOST, HOST6, "10.0.1.1", "fd00:1::1")) {
            closed(REST, address, 7000);
            closed(REST, address, 53);
        }
    }

    @Test
    void theEnginesOwnPortsAreClosedEvenAtTheGateway() throws Exception {
        lab.firewall.enginePorts(List.of(8080, 8443));

        for (String address : List.of("10.0.0.1", "fd00::1", HOST)) {
            lab.connectionDropped("drop: the engine's own ports", lab.web, address, 8443);
        }
        exchange(lab.web, "10.0.0.1", 8080, lab.host(), "10.0.0.1", 8080);
        connect(lab.outside, HOST, 8080, lab.host(), HOST, 8080);

        lab.firewall.enginePorts(List.of(8443));
        reached("10.0.0.1", 8080);
    }

    @Test
    void settingsOpenWhatIsClosed() throws Exception {
        lab.settings(new FirewallSettings(
                List.of(IpPrefix.parse(HOST + "/32"), IpPrefix.parse("fd09::/64"), IpPrefix.parse("192.168.9.0/30")),
                true,
                false));
        lab.firewall.enginePorts(List.of(8080));

        reached(HOST, 7000);
        reached(HOST6, 7000);
        reached(HOST, 8080);
        reached("10.0.0.1", 8080);
        connect(lab.web, "10.0.1.1", 8080, lab.host(), "10.0.1.1", 8080);
        closed(REST, "10.0.1.1", 7000);
    }

    @Test
    void portsThatTheEngineRelaysAreOpenAtEveryAddress() throws Exception {
        lab.firewall.relays(List.of(new RelayedPort(Rule.TCP, 9000), new RelayedPort(Rule.UDP, 9001)));

        connect(lab.web, HOST, 9000, lab.host(), HOST, 9000);
        exchange(lab.web, HOST6, 9001, lab.host(), HOST6, 9001);
        lab.firewall.relays(List.of(new RelayedPort(Rule.UDP, 9001)));
        lab.connectionDropped(REST, lab.web, HOST, 9000);
    }

    @Test
    void fromAnInternalNetworkOnlyNamesAreAskedFor() throws Exception {
        lab.firewall.add(ONE.asInternal());

        reached("10.0.0.1", 53);
        reached("fd00::1", 53);
        assertThat(pings(lab.web, "10.0.0.1")).isTrue();
        closed("drop: from an internal network to the gateway", "10.0.0.1", 7000);
        closed("drop: from an internal network to the gateway", "fd00::1", 7000);
        closed("drop: from an internal network to the host", HOST, 53);
    }

    @Test
    void nobodyButTheHostReachesItsLoopback() throws Exception {
        assertThat(lab.firewall.routeLocalnet("one")).isTrue();
        assertThat(lab.firewall.routeLocalnet("nowhere")).isFalse();
        lab.web.namespace().set("ipv4/conf/all/route_localnet", "1");
        lab.web.route().addresses().delete(lab.web.route().links().index("lo"), IpPrefix.parse("127.0.0.1/8"));
        lab.web.route().routes().add(Route.to(IpPrefix.parse("127.0.0.1/32")).via(IpPrefix.address("10.0.0.1")));

        lab.dropped("drop: the host's loopback addresses", lab.web, "127.0.0.1", 7000, lab.host(), "127.0.0.1", 7000);
    }

    @Test
    void othersOfTheHostsLinksAreNoneOfOurBusiness() throws Exception {
        connect(lab.outside, HOST, 7000, lab.host(), HOST, 7000);
        exchange(lab.outside, "10.0.0.1", 7000, lab.host(), "10.0.0.1", 7000);
        lab.firewall.remove(ONE);
        lab.firewall.remove(TWO);
        reached(HOST, 7000);
    }
}
