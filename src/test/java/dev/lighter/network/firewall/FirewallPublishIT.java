package dev.lighter.network.firewall;

import static dev.lighter.network.firewall.FirewallLab.HOST;
import static dev.lighter.network.firewall.FirewallLab.HOST6;
import static dev.lighter.network.firewall.FirewallLab.OUTSIDE;
import static dev.lighter.network.firewall.FirewallLab.OUTSIDE6;
import static dev.lighter.network.firewall.FirewallLab.connect;
import static dev.lighter.network.firewall.FirewallLab.exchange;
import static dev.lighter.network.firewall.FirewallLab.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.route.PortOptions;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Published ports, as those see them who connect and those who serve. */
class FirewallPublishIT {
    private FirewallLab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new FirewallLab();
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void publish(Translation... translations) throws Exception {
        lab.firewall.publish(List.of(translations));
    }

    private void everywhere() throws Exception {
        publish(
                port(null, Rule.TCP, 8080, "10.0.0.2", 80),
                port(null, Rule.UDP, 8053, "10.0.0.2", 53),
                port(null, Rule.TCP, 8080, "fd00::2", 80),
                port(null, Rule.UDP, 8053, "fd00::2", 53));
    }

    @Test
    void aClientOutsideReachesAPublishedPortAndKeepsItsAddress() throws Exception {
        everywhere();

        assertThat(connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80)).isEqualTo(OUTSIDE);
        assertThat(exchange(lab.outside, HOST, 8053, lab.web, "10.0.0.2", 53)).isEqualTo(OUTSIDE);
        assertThat(connect(lab.outside, HOST6, 8080, lab.web, "fd00::2", 80)).isEqualTo("fd09:0:0:0:0:0:0:2");
        assertThat(exchange(lab.outside, HOST6, 8053, lab.web, "fd00::2", 53)).isEqualTo("fd09:0:0:0:0:0:0:2");
        assertThat(OUTSIDE6).isEqualTo("fd09::2");
    }

    @Test
    void onePortOfOneAddressGoesBeforeThatOfEveryAddress() throws Exception {
        publish(
                port(null, Rule.TCP, 8080, "10.0.0.2", 80),
                port(HOST, Rule.TCP, 8080, "10.0.1.2", 81),
                port(HOST6, Rule.TCP, 8080, "fd00:1::2", 81));

        connect(lab.outside, HOST, 8080, lab.other, "10.0.1.2", 81);
        connect(lab.outside, HOST6, 8080, lab.other, "fd00:1::2", 81);
        connect(lab.outside, "10.0.0.1", 8080, lab.web, "10.0.0.2", 80);
    }

    @Test
    void aPortPublishedAtOneAddressIsNotAtAnother() throws Exception {
        publish(port("10.0.0.1", Rule.TCP, 8080, "10.0.0.2", 80));

        connect(lab.outside, "10.0.0.1", 8080, lab.web, "10.0.0.2", 80);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.outside.connect(HOST, 8080));
    }

    @Test
    void theHostReachesPublishedPortsAtItsLoopbackAndItsOtherAddresses() throws Exception {
        everywhere();
        publish(port("127.0.0.1", Rule.TCP, 9090, "10.0.1.2", 90));

        assertThat(connect(lab.host(), "127.0.0.1", 8080, lab.web, "10.0.0.2", 80))
                .isEqualTo("10.0.0.1");
        assertThat(exchange(lab.host(), "127.0.0.1", 8053, lab.web, "10.0.0.2", 53))
                .isEqualTo("10.0.0.1");
        assertThat(connect(lab.host(), "127.0.0.1", 9090, lab.other, "10.0.1.2", 90))
                .isEqualTo("10.0.1.1");
        assertThat(connect(lab.host(), HOST, 8080, lab.web, "10.0.0.2", 80)).isEqualTo(HOST);
        connect(lab.host(), HOST6, 8080, lab.web, "fd00::2", 80);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.outside.connect(HOST, 9090));
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> lab.host().connect("::1", 8080));
    }

    private void reachesThePublishedPortOfItsNetwork(Host from) throws Exception {
        for (int round = 0; round < 2; round++) {
            assertThat(connect(from, HOST, 8080, lab.web, "10.0.0.2", 80)).isEqualTo("10.0.0.1");
            assertThat(connect(from, "10.0.0.1", 8080, lab.web, "10.0.0.2", 80)).isEqualTo("10.0.0.1");
            assertThat(exchange(from, HOST, 8053, lab.web, "10.0.0.2", 53)).isEqualTo("10.0.0.1");
            assertThat(connect(from, HOST6, 8080, lab.web, "fd00::2", 80)).isEqualTo("fd00:0:0:0:0:0:0:1");
        }
    }

    @Test
    void aContainerReachesItsOwnPublishedPortAndItsNeighbours() throws Exception {
        everywhere();
        lab.bridgedPacketsMeetRules(false);

        reachesThePublishedPortOfItsNetwork(lab.web);
        reachesThePublishedPortOfItsNetwork(lab.neighbour);
    }

    @Test
    void whereBridgedPacketsMeetRulesAContainersOwnPublishedPortNeedsAPortThatReflects() throws Exception {
        everywhere();
        lab.bridgedPacketsMeetRules(true);

        reachesThePublishedPortOfItsNetwork(lab.neighbour);
        lab.host()
                .route()
                .links()
                .change(
                        lab.host().route().links().index("web"),
                        PortOptions.create().hairpin(true));
        reachesThePublishedPortOfItsNetwork(lab.web);
    }

    @Test
    void aContainerOfAnotherNetworkReachesAPublishedPort() throws Exception {
        everywhere();

        assertThat(connect(lab.other, HOST, 8080, lab.web, "10.0.0.2", 80)).isEqualTo("10.0.1.2");
        assertThat(connect(lab.other, "10.0.1.1", 8080, lab.web, "10.0.0.2", 80))
                .isEqualTo("10.0.1.2");
        assertThat(connect(lab.other, HOST6, 8080, lab.web, "fd00::2", 80)).isEqualTo("fd00:1:0:0:0:0:0:2");
    }

    @Test
    void packetsOfSctpAreTranslatedToo() throws Exception {
        publish(port(HOST, Rule.SCTP, 3868, "10.0.0.2", 3869));

        try (SctpProbe client = SctpProbe.open(lab.outside);
                SctpProbe server = SctpProbe.open(lab.web)) {
            client.sendInit(4000, HOST, 3868);
            assertThat(server.receive()).isEqualTo(new SctpProbe.Packet(OUTSIDE, 4000, "10.0.0.2", 3869));
        }
        assertThat(lab.counted("192.168.9.1 sctp 3868 to 10.0.0.2 3869 (test)")).isEqualTo(1);
    }

    @Test
    void withdrawingEndsAnExchangeThatIsUnderWay() throws Exception {
        everywhere();
        try (DatagramChannel asking = lab.outside.udp(OUTSIDE, 4000);
                DatagramChannel first = lab.web.udp("10.0.0.2", 53);
                DatagramChannel second = lab.other.udp("10.0.1.2", 53)) {
            Host.pass(asking, first, HOST, 8053);
            Host.send(first, "y", OUTSIDE, 4000);
            Host.receive(asking);

            lab.firewall.withdraw(List.of(port(null, Rule.UDP, 8053, "10.0.0.2", 53)));
            Host.send(asking, "stale", HOST, 8053);
            publish(port(null, Rule.UDP, 8053, "10.0.1.2", 53));
            Host.pass(asking, second, HOST, 8053);

            first.configureBlocking(false);
            assertThat(first.receive(ByteBuffer.allocate(8))).isNull();
        }
        connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80);
    }

    @Test
    void withdrawingLeavesExchangesWithOtherPortsAlone() throws Exception {
        everywhere();
        publish(port(null, Rule.UDP, 8054, "10.0.0.2", 54));
        try (DatagramChannel asking = lab.outside.udp(OUTSIDE, 4000);
                DatagramChannel kept = lab.web.udp("10.0.0.2", 54)) {
            Host.pass(asking, kept, HOST, 8054);

            lab.firewall.withdraw(List.of(port(null, Rule.UDP, 8053, "10.0.0.2", 53)));

            Host.send(kept, "y", OUTSIDE, 4000);
            assertThat(Host.receive(asking).text()).isEqualTo("y");
        }
    }

    @Test
    void aPortGoesToOnePlaceOnly() throws Exception {
        everywhere();
        publish(port(null, Rule.TCP, 8080, "10.0.0.2", 80));

        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() ->
                        publish(port(null, Rule.TCP, 8081, "10.0.0.2", 80), port(null, Rule.TCP, 8080, "10.0.1.2", 80)))
                .withMessage("publish(* port 8080/tcp to 10.0.1.2 port 80): EEXIST File exists")
                .matches(e -> e.is(Errno.EEXIST));

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> lab.outside.connect(HOST, 8081));
        lab.firewall.withdraw(List.of(port(null, Rule.TCP, 8080, "10.0.1.2", 80)));
        connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80);
    }

    @Test
    void eachPublishedPortCountsItsConnections() throws Exception {
        everywhere();

        connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80);
        connect(lab.outside, HOST, 8080, lab.web, "10.0.0.2", 80);

        assertThat(lab.counted("tcp 8080 to 10.0.0.2 80 (test)")).isEqualTo(2);
        assertThat(lab.counted("tcp 8080 to fd00::2 80 (test)")).isZero();
        assertThat(lab.counted("ports published at every IPv4 address of the host"))
                .isEqualTo(2);
    }
}
