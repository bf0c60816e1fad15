package dev.lighter.network.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.Lab;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Hosts behind a bridge ask the address of their gateway, as containers do. */
class DnsServerIT {
    private static final String GATEWAY_V4 = "10.9.0.1";
    private static final String GATEWAY_V6 = "fd09::1";

    private Lab lab;
    private Host web;
    private Host db;
    private DnsServer server;

    /** Every host sees the other, and itself by another address than the other does. */
    private record Seen(Map<String, String> addresses) implements Asker {
        @Override
        public @Nullable List<InetAddress> addresses(String name) {
            String address = addresses.get(name);
            return address == null ? null : List.of(IpPrefix.address(address));
        }

        @Override
        public @Nullable String name(InetAddress address) {
            return null;
        }

        @Override
        public List<InetSocketAddress> resolvers() {
            return List.of();
        }

        @Override
        public boolean mayAskOutside() {
            return false;
        }
    }

    @BeforeEach
    void twoHosts() throws IOException {
        lab = new Lab();
        int bridge = lab.bridge("br0", GATEWAY_V4 + "/24", GATEWAY_V6 + "/64");
        web = lab.attach("web", bridge, "10.9.0.2/24", "fd09::2/64");
        db = lab.attach("db", bridge, "10.9.0.3/24", "fd09::3/64");
        Map<InetAddress, Asker> askers = Map.of(
                IpPrefix.address("10.9.0.2"), new Seen(Map.of("peer", "10.9.0.3")),
                IpPrefix.address("fd09::2"), new Seen(Map.of("peer", "10.9.0.3")),
                IpPrefix.address("10.9.0.3"), new Seen(Map.of("peer", "10.9.0.2")));
        server = new DnsServer(askers::get, List::of);
        lab.router().namespace().call(() -> {
            server.listen(IpPrefix.address(GATEWAY_V4));
            server.listen(IpPrefix.address(GATEWAY_V6));
            return true;
        });
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        lab.close();
    }

    private static DnsClient client(Host host, String from, String gateway) throws IOException {
        return host.namespace()
                .call(() -> new DnsClient(from, new InetSocketAddress(IpPrefix.address(gateway), DnsServer.PORT)));
    }

    @ParameterizedTest
    @CsvSource({"10.9.0.2," + GATEWAY_V4, "fd09::2," + GATEWAY_V6})
    void aHostAsksItsGatewayByUdp(String from, String gateway) throws IOException {
        try (DnsClient client = client(web, from, gateway)) {
            assertThat(client.addresses("peer")).containsExactly("10.9.0.3");
            assertThat(client.ask("peer", Type.AAAA).getRcode()).isEqualTo(Rcode.NOERROR);
            assertThat(client.ask("example.org", Type.A).getRcode()).isEqualTo(Rcode.SERVFAIL);
        }
    }

    @ParameterizedTest
    @CsvSource({GATEWAY_V4, GATEWAY_V6})
    void aHostAsksItsGatewayByTcp(String gateway) throws IOException {
        try (SocketChannel channel = web.connect(gateway, DnsServer.PORT)) {
            Socket socket = channel.socket();
            socket.getOutputStream().write(DnsClient.framed(DnsClient.query("peer", Type.A)));
            assertThat(DnsClient.data(DnsClient.receive(socket))).containsExactly("10.9.0.3");
        }
    }

    @Test
    void eachHostGetsWhatItMaySee() throws IOException {
        try (DnsClient first = client(web, "10.9.0.2", GATEWAY_V4);
                DnsClient second = client(db, "10.9.0.3", GATEWAY_V4);
                DnsClient stranger = client(db, "fd09::3", GATEWAY_V6)) {
            assertThat(first.addresses("peer")).containsExactly("10.9.0.3");
            assertThat(second.addresses("peer")).containsExactly("10.9.0.2");
            Message refusal = stranger.ask("peer", Type.A);
            assertThat(refusal.getRcode()).isEqualTo(Rcode.REFUSED);
        }
    }

    @Test
    void anAddressThatIsNotTheHostsIsNamedInTheFailure() {
        assertThatIOException()
                .isThrownBy(() -> lab.router().namespace().call(() -> server.listen(IpPrefix.address("10.9.9.9"), 53)))
                .withMessageContaining("10.9.9.9 port 53");
    }

    @Test
    void afterForgettingAnotherServerMayTakeTheAddress() throws Exception {
        server.forget(IpPrefix.address(GATEWAY_V4));
        try (DnsServer other = new DnsServer(source -> null, List::of);
                DnsClient client = client(web, "10.9.0.2", GATEWAY_V4)) {
            lab.router().namespace().call(() -> other.listen(IpPrefix.address(GATEWAY_V4), DnsServer.PORT));
            assertThat(client.ask("peer", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
        }
    }
}
