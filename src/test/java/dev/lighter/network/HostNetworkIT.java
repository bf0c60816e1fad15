package dev.lighter.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.Lab;
import dev.lighter.kernel.netlink.nft.Nftables;
import dev.lighter.kernel.netlink.route.Address;
import dev.lighter.kernel.netlink.route.BridgeOptions;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.network.dns.DnsServer;
import dev.lighter.network.firewall.Firewall;
import dev.lighter.network.firewall.FirewallSettings;
import dev.lighter.network.link.LinkNames;
import dev.lighter.network.link.NamespacePool;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Networks on a host that is a namespace of its own. */
class HostNetworkIT {
    private static final String TABLE = "lighter-test";

    private final LinkNames names = new LinkNames("0a1b2c");
    private Lab lab;

    @BeforeEach
    void make() throws IOException {
        lab = new Lab();
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private interface OnHost {
        void on(HostNetwork host) throws IOException;
    }

    /** On a thread inside the host's namespace, as the engine's threads are. */
    private void onHost(boolean withFirewall, OnHost test) throws IOException {
        lab.router().namespace().call(() -> {
            RouteNetlink route = RouteNetlink.open();
            @Nullable
            Firewall firewall = withFirewall
                    ? Firewall.open(
                            TABLE, FirewallSettings.closed(), lab.router().namespace())
                    : null;
            NamespacePool pool = new NamespacePool(route, names, 0);
            pool.start();
            HostNetwork host = new HostNetwork(route, names, pool, firewall, new DnsServer(source -> null, List::of));
            try {
                if (firewall != null) {
                    firewall.rebuild(List.of(), List.of());
                }
                test.on(host);
            } finally {
                host.end();
            }
            return true;
        });
    }

    private static LiveNetwork network(boolean foreign, Map<String, String> options) {
        return new LiveNetwork(new Network(
                "ab".repeat(32),
                "net",
                Instant.EPOCH,
                NetworkDriver.BRIDGE,
                List.of(new AddressPool("10.10.0.0/16", "", "10.10.0.1", Map.of())),
                Map.of(),
                true,
                false,
                false,
                false,
                options,
                Map.of(),
                "lt-net",
                foreign,
                false));
    }

    @Test
    void aNetworkIsRaisedOnceAndLoweredWithoutATrace() throws Exception {
        List<String> before = links();
        onHost(true, host -> {
            LiveNetwork network = network(false, Map.of("com.docker.network.driver.mtu", "1400"));
            host.raise(network);
            host.raise(network);

            Link bridge = lab.router().route().links().find("lt-net").orElseThrow();
            assertThat(bridge.mtu()).isEqualTo(1400);
            assertThat(lab.router().route().addresses().list(bridge.index()))
                    .extracting(Address::prefix)
                    .containsExactly(IpPrefix.parse("10.10.0.1/16"));
            host.lower(network);
            host.lower(network);
            host.firewall().cleanUp();
        });
        assertThat(links()).isEqualTo(before);
        try (Nftables filter = Nftables.open(lab.router().namespace())) {
            assertThat(filter.tables()).isEmpty();
        }
    }

    private List<String> links() throws IOException {
        return lab.router().route().links().list().stream().map(Link::name).toList();
    }

    @Test
    void aBridgeThatWasThereBeforeStaysWithoutOurAddress() throws Exception {
        lab.router()
                .route()
                .links()
                .create(NewLink.bridge("lt-net", BridgeOptions.create()).up());
        int index = lab.router().route().links().index("lt-net");
        lab.router().route().addresses().add(index, IpPrefix.parse("10.99.0.1/24"));
        onHost(true, host -> {
            LiveNetwork network = network(true, Map.of());
            host.raise(network);
            host.lower(network);
            host.firewall().cleanUp();
        });

        assertThat(lab.router().route().addresses().list(index))
                .extracting(Address::prefix)
                .containsExactly(IpPrefix.parse("10.99.0.1/24"));
    }

    @Test
    void beyondWhatOneBridgeCarriesWellTheNetworkGetsFurtherOnes() throws Exception {
        onHost(true, host -> {
            LiveNetwork network = network(false, Map.of());
            host.raise(network);
            List<List<FurtherBridge>> recorded = new ArrayList<>();
            for (int i = 0; i < 1001; i++) {
                network.lock.lock();
                try {
                    host.place(network, (id, bridges) -> recorded.add(List.copyOf(bridges)));
                } finally {
                    network.lock.unlock();
                }
            }

            assertThat(network.bridges).hasSize(3);
            assertThat(network.bridges)
                    .allSatisfy(bridge -> assertThat(bridge.ports).isBetween(1, 500));
            assertThat(recorded).extracting(List::size).containsExactly(1, 2);
            assertThat(links())
                    .containsAll(
                            recorded.get(1).stream().map(FurtherBridge::name).toList());
            network.bridges.forEach(bridge -> bridge.ports = 0);
            host.lower(network);
            assertThat(links()).noneMatch(names::isOurs).doesNotContain("lt-net");
            host.firewall().cleanUp();
        });
    }

    @Test
    void withoutAPacketFilterNetworksAreRefusedInWords() throws Exception {
        onHost(false, host -> {
            assertThatThrownBy(() -> host.raise(network(false, Map.of())))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.NOT_IMPLEMENTED))
                    .hasMessageContaining("this kernel has no nf_tables")
                    .hasMessageContaining("modprobe nf_tables");
            host.lower(network(false, Map.of()));
        });
        assertThat(links()).doesNotContain("lt-net");
    }

    @Test
    void routesOfTheHostAreKnownByTheirSubnets() throws Exception {
        lab.bridge("br0", "10.1.0.1/16");
        int index = lab.router().route().links().index("br0");
        onHost(true, host -> {
            assertThat(host.routes(List.of())).extracting(Object::toString).contains("10.1.0.0/16");
            assertThat(host.routes(List.of(index))).extracting(Object::toString).doesNotContain("10.1.0.0/16");
            host.firewall().cleanUp();
        });
    }

    @Test
    void whereTheHostHasItsOwnNameServerOursAnswersAllTheSame() throws Exception {
        onHost(true, host -> {
            try (DatagramSocket another = new DatagramSocket(53)) {
                LiveNetwork network = network(false, Map.of());
                host.raise(network);
                assertThat(host.namesElsewhere()).hasSize(2);
                int bridge = lab.router().route().links().index("lt-net");
                Host asker = lab.attach("asker", bridge, "10.10.0.2/16");

                assertThat(rcode(asker, "10.10.0.1")).isEqualTo(Rcode.REFUSED);
                host.lower(network);
                assertThat(host.namesElsewhere()).isEmpty();
                assertThat(another.isBound()).isTrue();
            }
            host.firewall().cleanUp();
        });
    }

    /** What a question that nobody of ours asks is answered with. */
    private static int rcode(Host asker, String server) throws IOException {
        Message question = Message.newQuery(Record.newRecord(Name.fromString("web."), Type.A, DClass.IN));
        try (DatagramChannel channel = asker.udp("10.10.0.2", 0)) {
            channel.socket().setSoTimeout(10_000);
            channel.connect(new InetSocketAddress(IpPrefix.address(server), 53));
            channel.write(ByteBuffer.wrap(question.toWire()));
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            channel.socket().receive(packet);
            return new Message(ByteBuffer.wrap(packet.getData(), 0, packet.getLength())).getRcode();
        }
    }
}
