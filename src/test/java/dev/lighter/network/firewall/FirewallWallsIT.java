package dev.lighter.network.firewall;

import static dev.lighter.network.firewall.FirewallLab.HOST;
import static dev.lighter.network.firewall.FirewallLab.HOST6;
import static dev.lighter.network.firewall.FirewallLab.ONE;
import static dev.lighter.network.firewall.FirewallLab.OUTSIDE;
import static dev.lighter.network.firewall.FirewallLab.OUTSIDE6;
import static dev.lighter.network.firewall.FirewallLab.TWO;
import static dev.lighter.network.firewall.FirewallLab.connect;
import static dev.lighter.network.firewall.FirewallLab.exchange;
import static dev.lighter.network.firewall.FirewallLab.port;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.route.AddressFlag;
import dev.lighter.kernel.netlink.route.Route;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What passes between networks, and between networks and the outside, and what does not. */
class FirewallWallsIT {
    private static final String WALL = "drop: into a network, from another or from outside";

    private FirewallLab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new FirewallLab();
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void dropped(String rule, Host from, Host to) throws Exception {
        for (boolean v4 : new boolean[] {true, false}) {
            String address = FirewallLab.addressOf(to, v4);
            lab.dropped(rule, from, address, 5000, to, address, 5000);
        }
    }

    private static String passes(Host from, Host to, boolean v4) throws Exception {
        String address = FirewallLab.addressOf(to, v4);
        return exchange(from, address, 5000, to, address, 5000);
    }

    @Test
    void twoNetworksDoNotReachEachOther() throws Exception {
        dropped(WALL, lab.web, lab.other);
        dropped(WALL, lab.other, lab.web);
    }

    @Test
    void containersOfOneNetworkReachOneAnother() throws Exception {
        assertThat(passes(lab.web, lab.neighbour, true)).isEqualTo("10.0.0.2");
        assertThat(passes(lab.web, lab.neighbour, false)).isEqualTo("fd00:0:0:0:0:0:0:2");
    }

    @Test
    void whatIsOutsideIsReachedWithTheHostsAddressAndDoesNotReachBack() throws Exception {
        assertThat(passes(lab.web, lab.outside, true)).isEqualTo(HOST);
        assertThat(passes(lab.web, lab.outside, false)).isEqualTo("fd09:0:0:0:0:0:0:1");
        dropped(WALL, lab.outside, lab.web);
    }

    @Test
    void theHostReachesContainers() throws Exception {
        assertThat(passes(lab.host(), lab.web, true)).isEqualTo("10.0.0.1");
        assertThat(passes(lab.host(), lab.web, false)).isEqualTo("fd00:0:0:0:0:0:0:1");
    }

    @Test
    void aRoutedNetworkIsKnownByItsOwnAddresses() throws Exception {
        lab.firewall.add(ONE.routed(false));

        assertThat(passes(lab.web, lab.outside, true)).isEqualTo("10.0.0.2");
        assertThat(passes(lab.web, lab.outside, false)).isEqualTo("fd00:0:0:0:0:0:0:2");
        dropped(WALL, lab.outside, lab.web);
    }

    @Test
    void anOpenNetworkIsReachedFromOutsideButNotFromOtherNetworks() throws Exception {
        lab.firewall.add(ONE.routed(true));

        assertThat(passes(lab.outside, lab.web, true)).isEqualTo(OUTSIDE);
        assertThat(passes(lab.outside, lab.web, false)).isEqualTo("fd09:0:0:0:0:0:0:2");
        dropped(WALL, lab.other, lab.web);
        lab.firewall.add(ONE);
        dropped(WALL, lab.outside, lab.web);
    }

    @Test
    void familiesAreOpenedAndMasqueradedEachOnItsOwn() throws Exception {
        lab.firewall.add(new WalledNetwork(List.of("one"), ONE.gateways(), false, true, true, false, false, true));

        assertThat(passes(lab.web, lab.outside, true)).isEqualTo(HOST);
        assertThat(passes(lab.web, lab.outside, false)).isEqualTo("fd00:0:0:0:0:0:0:2");
        passes(lab.outside, lab.web, false);
        lab.dropped(WALL, lab.outside, "10.0.0.2", 5000, lab.web, "10.0.0.2", 5000);
    }

    @Test
    void anInternalNetworkReachesNothingAndIsReachedByNobody() throws Exception {
        lab.firewall.publish(List.of(
                port(null, Rule.UDP, 8053, "10.0.0.2", 53),
                port(null, Rule.UDP, 8053, "fd00::2", 53),
                port(null, Rule.UDP, 8054, "10.0.1.2", 53)));
        lab.firewall.add(ONE.asInternal());

        passes(lab.web, lab.neighbour, true);
        dropped("drop: out of an internal network", lab.web, lab.outside);
        dropped("drop: out of an internal network", lab.web, lab.other);
        dropped("drop: into an internal network", lab.outside, lab.web);
        dropped("drop: into an internal network", lab.other, lab.web);
        lab.dropped("drop: into an internal network", lab.outside, HOST, 8053, lab.web, "10.0.0.2", 53);
        lab.dropped("drop: into an internal network", lab.outside, HOST6, 8053, lab.web, "fd00::2", 53);
        lab.dropped("drop: out of an internal network", lab.web, HOST, 8054, lab.other, "10.0.1.2", 53);
    }

    @Test
    void containersKeptApartReachOneAnotherByPublishedPortsOnly() throws Exception {
        lab.firewall.add(ONE.withoutIcc());
        lab.firewall.publish(List.of(port(null, Rule.TCP, 8080, "10.0.0.2", 80)));
        // As if the bridge's ports were isolated: the neighbour is reached by the gateway.
        lab.neighbour
                .route()
                .routes()
                .add(Route.to(IpPrefix.parse("10.0.0.2/32")).via(IpPrefix.address("10.0.0.1")));

        lab.dropped(
                "drop: within a network whose containers are kept apart",
                lab.neighbour,
                "10.0.0.2",
                5000,
                lab.web,
                "10.0.0.2",
                5000);
        connect(lab.neighbour, HOST, 8080, lab.web, "10.0.0.2", 80);
        assertThat(passes(lab.web, lab.outside, true)).isEqualTo(HOST);
    }

    @Test
    void whatCloudsKnowOfAMachineIsOutOfReach() throws Exception {
        int lan = lab.host().route().links().index("lan");
        lab.host().route().addresses().add(lan, IpPrefix.parse("169.254.169.1/24"), AddressFlag.NO_DAD);
        int eth0 = lab.outside.route().links().index("eth0");
        lab.outside.route().addresses().add(eth0, IpPrefix.parse("169.254.169.254/24"), AddressFlag.NO_DAD);

        lab.dropped(
                "drop: from a container to where clouds keep secrets, 169.254.0.0/16",
                lab.web,
                "169.254.169.254",
                80,
                lab.outside,
                "169.254.169.254",
                80);

        lab.settings(new FirewallSettings(List.of(), false, true));
        assertThat(exchange(lab.web, "169.254.169.254", 80, lab.outside, "169.254.169.254", 80))
                .isEqualTo("169.254.169.1");
    }

    @Test
    void aNetworkOfSeveralBridgesIsOne() throws Exception {
        lab.firewall.remove(TWO);
        lab.firewall.add(ONE.withBridges("one", "two"));

        assertThat(passes(lab.web, lab.other, true)).isEqualTo("10.0.0.2");
        assertThat(passes(lab.other, lab.web, false)).isEqualTo("fd00:1:0:0:0:0:0:2");
    }

    @Test
    void aRemovedNetworkIsNobodysBusiness() throws Exception {
        lab.firewall.remove(ONE);

        passes(lab.outside, lab.web, true);
        assertThat(passes(lab.web, lab.outside, true)).isEqualTo("10.0.0.2");
        assertThat(lab.host().namespace().setting("ipv4/conf/one/route_localnet"))
                .isEqualTo("0");
        assertThat(lab.host().namespace().setting("ipv4/conf/two/route_localnet"))
                .isEqualTo("1");
    }

    @Test
    void connectionsLeaveWithSegmentsThatFit() throws Exception {
        connect(lab.web, OUTSIDE, 80, lab.outside, OUTSIDE, 80);
        connect(lab.web, OUTSIDE6, 80, lab.outside, OUTSIDE6, 80);

        assertThat(lab.counted("TCP segments no larger than the way out allows"))
                .isEqualTo(2);
    }
}
