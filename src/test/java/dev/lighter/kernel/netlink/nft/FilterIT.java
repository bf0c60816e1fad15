package dev.lighter.kernel.netlink.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.Lab;
import dev.lighter.kernel.netlink.nft.Chain.Hook;
import dev.lighter.kernel.netlink.nft.Chain.Policy;
import dev.lighter.kernel.netlink.nft.Chain.Type;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rules, proven by packets: between two hosts behind a router all packets take one way and never overtake one another, so a packet that
 * is missing when a later one has arrived was dropped.
 */
class FilterIT {
    private static final int FORBIDDEN = 4000;
    private static final int ALLOWED = 4001;

    private final Table table = new Table(Family.INET, "lighter");
    private final Chain forward = table.chain("forward", Type.FILTER, Hook.FORWARD, Chain.PRIORITY_FILTER);

    private Lab lab;
    private Nftables nft;
    private Host a;
    private Host b;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab();
        a = lab.attach("a", lab.bridge("br0", "10.0.0.1/24", "fd00::1/64"), "10.0.0.2/24", "fd00::2/64");
        b = lab.attach("b", lab.bridge("br1", "10.0.1.1/24", "fd00:1::1/64"), "10.0.1.2/24", "fd00:1::2/64");
        nft = Nftables.open(lab.router().namespace());
        nft.apply(NftBatch.create().add(table).add(forward));
    }

    @AfterEach
    void close() throws Exception {
        nft.close();
        lab.close();
    }

    private void append(Rule rule) throws IOException {
        nft.apply(NftBatch.create().append(rule));
    }

    /** Checks that of datagrams from two ports only the second arrives. */
    private void onlyTheAllowedArrives(String from, String to) throws Exception {
        try (DatagramChannel forbidden = a.udp(from, FORBIDDEN);
                DatagramChannel allowed = a.udp(from, ALLOWED);
                DatagramChannel receiving = b.udp(to, 5000)) {
            Host.pass(allowed, receiving, to, 5000);
            Host.send(forbidden, "forbidden", to, 5000);
            Host.send(allowed, "allowed", to, 5000);
            assertThat(Host.receive(receiving).text()).isEqualTo("allowed");
        }
    }

    @Test
    void aDroppedPacketDoesNotArrive() throws Exception {
        append(Rule.in(forward).udpSport(FORBIDDEN).counter().drop().comment("not this port"));

        onlyTheAllowedArrives("10.0.0.2", "10.0.1.2");
        onlyTheAllowedArrives("fd00::2", "fd00:1::2");

        RuleInfo rule = nft.rules(forward).get(0);
        assertThat(rule.comment()).isEqualTo("not this port");
        // 20 bytes of IPv4, 40 of IPv6, each with 8 of UDP and "forbidden".
        assertThat(rule.counter()).isEqualTo(new Counter(2, 37 + 57));
        assertThat(rule.expressions()).containsExactly("meta", "cmp", "payload", "cmp", "counter", "immediate");
    }

    @Test
    void anOppositeConditionMeansAllOthers() throws Exception {
        append(Rule.in(forward).iifname("br0").not().udpSport(ALLOWED).drop());

        onlyTheAllowedArrives("10.0.0.2", "10.0.1.2");
    }

    @Test
    void rulesAreOfTheFamilyOfTheirAddresses() throws Exception {
        append(Rule.in(forward).ipSaddr(IpPrefix.ANY_V6).udpSport(ALLOWED).accept());
        append(Rule.in(forward)
                .not()
                .ipSaddr(IpPrefix.parse("10.9.0.0/16"))
                .udpSport(FORBIDDEN)
                .drop());

        onlyTheAllowedArrives("10.0.0.2", "10.0.1.2");
        try (DatagramChannel from = a.udp("fd00::2", FORBIDDEN);
                DatagramChannel to = b.udp("fd00:1::2", 5000)) {
            assertThat(Host.pass(from, to, "fd00:1::2", 5000).text()).isEqualTo("hello");
        }
    }

    @Test
    void setsOfPortsAndOfRangesDecide() throws Exception {
        NftSet ports = table.set("ports", Field.PORT).withIntervals();
        nft.apply(NftBatch.create()
                .add(ports)
                .add(ports, Element.range(3990, 4000), Element.of(65_535))
                .append(Rule.in(forward).in(ports, Load.SOURCE_PORT).drop()));

        onlyTheAllowedArrives("10.0.0.2", "10.0.1.2");

        nft.apply(NftBatch.create().flush(ports).add(ports, Element.of(1)));
        try (DatagramChannel from = a.udp("10.0.0.2", FORBIDDEN);
                DatagramChannel to = b.udp("10.0.1.2", 5000)) {
            assertThat(Host.pass(from, to, "10.0.1.2", 5000).text()).isEqualTo("hello");
        }
    }

    @Test
    void aMapToVerdictsSendsLinksToTheirChains() throws Exception {
        Chain fromBr0 = table.chain("from-br0");
        NftSet links = table.set("links", Field.LINK_NAME).toVerdicts();
        nft.apply(NftBatch.create()
                .add(fromBr0)
                .add(links)
                .add(
                        links,
                        Element.of("br0").to(Verdict.jump(fromBr0)),
                        Element.of("br9").to(Verdict.DROP))
                .append(Rule.in(forward).verdictOf(links, Load.INCOMING_LINK))
                .append(Rule.in(fromBr0).udpSport(FORBIDDEN).drop()));

        onlyTheAllowedArrives("10.0.0.2", "10.0.1.2");
        assertThat(nft.elements(links))
                .containsExactlyInAnyOrder(
                        Element.of("br0").to(Verdict.jump(fromBr0)),
                        Element.of("br9").to(Verdict.DROP));
    }

    @Test
    void whatIsNotAnsweringMayNotCome() throws Exception {
        nft.apply(NftBatch.create()
                .add(forward.withPolicy(Policy.DROP))
                .append(Rule.in(forward)
                        .ctState(ConnectionState.ESTABLISHED, ConnectionState.RELATED)
                        .accept())
                .append(Rule.in(forward).iifname("br0").udpSport(ALLOWED).accept()));

        onlyTheAllowedArrives("10.0.0.2", "10.0.1.2");
        try (DatagramChannel asking = a.udp("10.0.0.2", ALLOWED);
                DatagramChannel answering = b.udp("10.0.1.2", 5000);
                DatagramChannel intruding = b.udp("10.0.1.2", 6000)) {
            Host.pass(asking, answering, "10.0.1.2", 5000);
            Host.send(intruding, "intruder", "10.0.0.2", ALLOWED);
            assertThat(Host.pass(answering, asking, "10.0.0.2", ALLOWED).text()).isEqualTo("hello");
        }
    }

    @Test
    void whoIsRejectedIsTold() throws Exception {
        append(Rule.in(forward).udpDport(5000).reject());
        append(Rule.in(forward).tcpDport(5000).rejectTcp());

        for (String to : new String[] {"10.0.1.2", "fd00:1::2"}) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> a.connect(to, 5000));
            try (DatagramChannel from = a.udp(to.startsWith("fd") ? "fd00::2" : "10.0.0.2", 0)) {
                from.connect(new InetSocketAddress(IpPrefix.address(to), 5000));
                from.write(ByteBuffer.wrap(new byte[1]));
                assertThatExceptionOfType(PortUnreachableException.class)
                        .isThrownBy(() -> from.read(ByteBuffer.allocate(1)));
            }
        }
    }

    @Test
    void marksOfPacketsAndConnectionsAreSetAndSeen() throws Exception {
        Chain early = table.chain("early", Type.FILTER, Hook.PREROUTING, Chain.PRIORITY_MANGLE);
        nft.apply(NftBatch.create()
                .add(early)
                .append(Rule.in(early).udpSport(FORBIDDEN).setMark(0x4c000001).setCtMark(7))
                .append(Rule.in(forward).mark(0x4c000001).ctMark(7).ctOriginal().drop()));

        onlyTheAllowedArrives("10.0.0.2", "10.0.1.2");
    }

    @Test
    void aBridgesPortsAreFilteredByTheBridgeFamily() throws Exception {
        Host c = lab.attach("c", lab.router().route().links().index("br1"), "10.0.1.3/24");
        Table bridge = new Table(Family.BRIDGE, "lighter");
        Chain between = bridge.chain("between", Type.FILTER, Hook.FORWARD, 0);
        nft.apply(NftBatch.create()
                .add(bridge)
                .add(between)
                .append(Rule.in(between)
                        .iifname("c")
                        .ipDaddr(IpPrefix.parse("10.0.1.2"))
                        .udpSport(FORBIDDEN)
                        .drop()));

        try (DatagramChannel forbidden = c.udp("10.0.1.3", FORBIDDEN);
                DatagramChannel allowed = c.udp("10.0.1.3", ALLOWED);
                DatagramChannel receiving = b.udp("10.0.1.2", 5000)) {
            Host.pass(allowed, receiving, "10.0.1.2", 5000);
            Host.send(forbidden, "forbidden", "10.0.1.2", 5000);
            assertThat(Host.pass(allowed, receiving, "10.0.1.2", 5000).text()).isEqualTo("hello");
        }
        assertThat(nft.tables()).containsExactlyInAnyOrder(table, bridge);
    }
}
