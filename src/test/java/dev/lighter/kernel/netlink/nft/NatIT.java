package dev.lighter.kernel.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.Host.Datagram;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.Lab;
import dev.lighter.kernel.netlink.nft.Chain.Hook;
import dev.lighter.kernel.netlink.nft.Chain.Type;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Translation of addresses, as the hosts on both sides of a router see it. */
class NatIT {
    private static final InetAddress SERVER = IpPrefix.address("10.0.1.2");
    private static final InetAddress SERVER6 = IpPrefix.address("fd00:1::2");

    private final Table table = new Table(Family.INET, "lighter");
    private final Chain before = table.chain("before", Type.NAT, Hook.PREROUTING, Chain.PRIORITY_DNAT);
    private final Chain after = table.chain("after", Type.NAT, Hook.POSTROUTING, Chain.PRIORITY_SNAT);
    private final NftSet published =
            table.set("published", Field.IPV4, Field.PROTOCOL, Field.PORT).to(Field.IPV4, Field.PORT);
    private final NftSet published6 =
            table.set("published6", Field.IPV6, Field.PROTOCOL, Field.PORT).to(Field.IPV6, Field.PORT);

    private Lab lab;
    private Nftables nft;
    private Host client;
    private Host server;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab();
        client = lab.attach("client", lab.bridge("br0", "10.0.0.1/24", "fd00::1/64"), "10.0.0.2/24", "fd00::2/64");
        server = lab.attach("server", lab.bridge("br1", "10.0.1.1/24", "fd00:1::1/64"), "10.0.1.2/24", "fd00:1::2/64");
        nft = Nftables.open(lab.router().namespace());
        nft.apply(NftBatch.create().add(table).add(before).add(after));
    }

    @AfterEach
    void close() throws Exception {
        nft.close();
        lab.close();
    }

    private void publishByMaps() throws Exception {
        nft.apply(NftBatch.create()
                .add(published)
                .add(published6)
                .append(Rule.in(before)
                        .fibDaddrLocal()
                        .dnatTo(published, Load.DESTINATION_IPV4, Load.PROTOCOL, Load.DESTINATION_PORT))
                .append(Rule.in(before)
                        .fibDaddrLocal()
                        .dnatTo(published6, Load.DESTINATION_IPV6, Load.PROTOCOL, Load.DESTINATION_PORT)));
    }

    private static Element port(String outside, int protocol, int port, InetAddress inside, int insidePort) {
        return Element.of(IpPrefix.address(outside), protocol, port).to(inside, insidePort);
    }

    private void connects(String to, int port, String serverAddress, int serverPort) throws Exception {
        try (ServerSocketChannel listening = server.listen(serverAddress, serverPort);
                SocketChannel connection = client.connect(to, port);
                SocketChannel accepted = listening.accept()) {
            assertThat(connection.isConnected()).isTrue();
            assertThat(accepted.isConnected()).isTrue();
        }
    }

    /** A datagram to the router's port and the answer; gives whom the server saw. */
    private InetSocketAddress exchange(String from, String to, int port, String serverAddress) throws Exception {
        try (DatagramChannel asking = client.udp(from, 0);
                DatagramChannel answering = server.udp(serverAddress, 5000)) {
            Datagram question = Host.pass(asking, answering, to, port);
            Host.send(
                    answering,
                    "answer",
                    question.from().getAddress().getHostAddress(),
                    question.from().getPort());
            Datagram answer = Host.receive(asking);
            assertThat(answer.text()).isEqualTo("answer");
            assertThat(answer.from()).isEqualTo(new InetSocketAddress(IpPrefix.address(to), port));
            return question.from();
        }
    }

    @Test
    void aRuleLeadsToAnotherHostAndPort() throws Exception {
        nft.apply(NftBatch.create()
                .append(Rule.in(before)
                        .iifname("br0")
                        .ipDaddr(IpPrefix.parse("10.0.0.1"))
                        .tcpDport(8080)
                        .counter()
                        .dnat(SERVER, 5000))
                .append(Rule.in(before)
                        .iifname("br*")
                        .ipDaddr(IpPrefix.parse("10.0.0.0/30"))
                        .udpDport(8000, 8100)
                        .dnat(SERVER, 5000))
                .append(Rule.in(before)
                        .ipDaddr(IpPrefix.parse("fd00::1"))
                        .udpDport(8080)
                        .dnat(SERVER6, 5000)));

        connects("10.0.0.1", 8080, "10.0.1.2", 5000);
        assertThat(exchange("10.0.0.2", "10.0.0.1", 8099, "10.0.1.2").getAddress())
                .isEqualTo(IpPrefix.address("10.0.0.2"));
        assertThat(exchange("fd00::2", "fd00::1", 8080, "fd00:1::2").getAddress())
                .isEqualTo(IpPrefix.address("fd00::2"));
        assertThat(nft.rules(before).get(0).counter()).isEqualTo(new Counter(1, 60));
    }

    @Test
    void anElementOfAMapPublishesAPortAndItsRemovalEndsIt() throws Exception {
        publishByMaps();
        nft.apply(NftBatch.create()
                .add(published, port("10.0.0.1", Rule.TCP, 8080, SERVER, 5000))
                .add(published, port("10.0.0.1", Rule.UDP, 8081, SERVER, 5000))
                .add(published6, port("fd00::1", Rule.TCP, 8080, SERVER6, 5000))
                .add(published6, port("fd00::1", Rule.UDP, 8081, SERVER6, 5000)));

        connects("10.0.0.1", 8080, "10.0.1.2", 5000);
        connects("fd00::1", 8080, "fd00:1::2", 5000);
        exchange("10.0.0.2", "10.0.0.1", 8081, "10.0.1.2");
        exchange("fd00::2", "fd00::1", 8081, "fd00:1::2");

        nft.apply(NftBatch.create()
                .delete(published, Element.of(IpPrefix.address("10.0.0.1"), Rule.TCP, 8080))
                .delete(published6, Element.of(IpPrefix.address("fd00::1"), Rule.TCP, 8080)));
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> client.connect("10.0.0.1", 8080));
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> client.connect("fd00::1", 8080));
    }

    @Test
    void masqueradeShowsTheGatewaysAddressToTheServer() throws Exception {
        nft.apply(NftBatch.create()
                .append(Rule.in(after)
                        .oifname("br1")
                        .ipSaddr(IpPrefix.parse("10.0.0.0/24"))
                        .masquerade())
                .append(Rule.in(after)
                        .oifname("br1")
                        .ipSaddr(IpPrefix.parse("fd00::/64"))
                        .masquerade()));

        try (DatagramChannel to = server.udp("10.0.1.2", 5000);
                DatagramChannel from = client.udp("10.0.0.2", 0);
                DatagramChannel to6 = server.udp("fd00:1::2", 5000);
                DatagramChannel from6 = client.udp("fd00::2", 0)) {
            assertThat(Host.pass(from, to, "10.0.1.2", 5000).from().getAddress())
                    .isEqualTo(IpPrefix.address("10.0.1.1"));
            assertThat(Host.pass(from6, to6, "fd00:1::2", 5000).from().getAddress())
                    .isEqualTo(IpPrefix.address("fd00:1::1"));
        }
    }

    @Test
    void aSourceIsTranslatedToAnAddressOrToOneOfMany() throws Exception {
        nft.apply(NftBatch.create()
                .append(Rule.in(after).udpDport(5000).snat(IpPrefix.address("10.0.9.9")))
                .append(Rule.in(after)
                        .udpDport(5001)
                        .snat(IpPrefix.address("10.0.9.16"), IpPrefix.address("10.0.9.19"))));

        try (DatagramChannel to = server.udp("10.0.1.2", 5000);
                DatagramChannel many = server.udp("10.0.1.2", 5001);
                DatagramChannel from = client.udp("10.0.0.2", 0)) {
            assertThat(Host.pass(from, to, "10.0.1.2", 5000).from().getAddress())
                    .isEqualTo(IpPrefix.address("10.0.9.9"));
            assertThat(IpPrefix.parse("10.0.9.16/30")
                            .contains(Host.pass(from, many, "10.0.1.2", 5001)
                                    .from()
                                    .getAddress()))
                    .isTrue();
        }
    }

    @Test
    void aPortIsRedirectedToTheRouterItself() throws Exception {
        nft.apply(NftBatch.create().append(Rule.in(before).tcpDport(80).redirect(8080)));

        try (ServerSocketChannel listening = lab.router().listen("10.0.0.1", 8080);
                SocketChannel connection = client.connect("10.0.1.2", 80);
                SocketChannel accepted = listening.accept()) {
            assertThat(connection.isConnected()).isTrue();
            assertThat(accepted.getLocalAddress()).isEqualTo(new InetSocketAddress(IpPrefix.address("10.0.0.1"), 8080));
        }
    }

    @Test
    void aFlowKeepsItsTranslationUntilItIsForgotten() throws Exception {
        publishByMaps();
        nft.apply(NftBatch.create().add(published, port("10.0.0.1", Rule.UDP, 53, SERVER, 5000)));
        try (DatagramChannel from = client.udp("10.0.0.2", 4000);
                DatagramChannel first = server.udp("10.0.1.2", 5000);
                DatagramChannel second = server.udp("10.0.1.2", 5001);
                Conntrack conntrack = Conntrack.open(lab.router().namespace())) {
            Host.pass(from, first, "10.0.0.1", 53);
            nft.apply(NftBatch.create()
                    .delete(published, Element.of(IpPrefix.address("10.0.0.1"), Rule.UDP, 53))
                    .add(published, port("10.0.0.1", Rule.UDP, 53, SERVER, 5001)));
            Host.pass(from, first, "10.0.0.1", 53);

            assertThat(conntrack.list())
                    .filteredOn(flow -> flow.original().destinationPort() == 53)
                    .singleElement()
                    .satisfies(flow -> {
                        assertThat(flow.protocol()).isEqualTo(Rule.UDP);
                        assertThat(flow.original().source()).isEqualTo(IpPrefix.address("10.0.0.2"));
                        assertThat(flow.original().sourcePort()).isEqualTo(4000);
                        assertThat(flow.reply().source()).isEqualTo(SERVER);
                        assertThat(flow.reply().sourcePort()).isEqualTo(5000);
                    });
            assertThat(conntrack.forget(flow -> flow.protocol() == Rule.UDP
                            && flow.original().destinationPort() == 53
                            && flow.original().destination().equals(IpPrefix.address("10.0.0.1"))))
                    .isEqualTo(1);

            Host.pass(from, second, "10.0.0.1", 53);
            assertThat(conntrack.forget(flow -> false)).isZero();
        }
    }
}
