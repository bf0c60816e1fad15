package dev.lighter.network.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Host;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.Lab;
import dev.lighter.kernel.netlink.nft.Nftables;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host with a firewall, two networks of the engine ({@code one}, {@code two}) with containers, and somebody outside behind a link that
 * the firewall does not know, who routes everything by the host.
 */
final class FirewallLab implements AutoCloseable {
    static final WalledNetwork ONE =
            WalledNetwork.of("one", IpPrefix.parse("10.0.0.1/24"), IpPrefix.parse("fd00::1/64"));
    static final WalledNetwork TWO =
            WalledNetwork.of("two", IpPrefix.parse("10.0.1.1/24"), IpPrefix.parse("fd00:1::1/64"));
    static final String HOST = "192.168.9.1";
    static final String HOST6 = "fd09::1";
    static final String OUTSIDE = "192.168.9.2";
    static final String OUTSIDE6 = "fd09::2";
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    final Lab lab;
    final Host web;
    final Host neighbour;
    final Host other;
    final Host outside;
    final Nftables nft;
    Firewall firewall;

    FirewallLab() throws Exception {
        lab = new Lab();
        int one = lab.bridge("one", "10.0.0.1/24", "fd00::1/64");
        int two = lab.bridge("two", "10.0.1.1/24", "fd00:1::1/64");
        web = lab.attach("web", one, "10.0.0.2/24", "fd00::2/64");
        neighbour = lab.attach("neighbour", one, "10.0.0.3/24", "fd00::3/64");
        other = lab.attach("other", two, "10.0.1.2/24", "fd00:1::2/64");
        outside = lab.attach(
                "outside", lab.bridge("lan", HOST + "/24", HOST6 + "/64"), OUTSIDE + "/24", OUTSIDE6 + "/64");
        nft = Nftables.open(host().namespace());
        firewall = Firewall.open("lighter", FirewallSettings.closed(), host().namespace());
        firewall.rebuild(List.of(ONE, TWO), List.of());
    }

    Host host() {
        return lab.router();
    }

    /** Whether br_netfilter shows bridged packets to the rules for IP, as it does by default where it is loaded; nothing where it is not. */
    void bridgedPacketsMeetRules(boolean on) throws IOException {
        if (Files.exists(Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables"))) {
            String value = on ? "1" : "0";
            host().namespace().set("bridge/bridge-nf-call-iptables", value, "bridge/bridge-nf-call-ip6tables", value);
        }
    }

    /** Another firewall with other settings in place of the first. */
    void settings(FirewallSettings settings) throws IOException {
        firewall.close();
        firewall = Firewall.open("lighter", settings, host().namespace());
        firewall.rebuild(List.of(ONE, TWO), List.of());
    }

    static Translation port(@Nullable String at, int protocol, int port, String container, int containerPort) {
        return new Translation(
                at == null ? null : IpPrefix.address(at),
                protocol,
                port,
                IpPrefix.address(container),
                containerPort,
                "test");
    }

    static String addressOf(Host host, boolean v4) {
        return switch (host.name()) {
            case "web" -> v4 ? "10.0.0.2" : "fd00::2";
            case "neighbour" -> v4 ? "10.0.0.3" : "fd00::3";
            case "other" -> v4 ? "10.0.1.2" : "fd00:1::2";
            case "outside" -> v4 ? OUTSIDE : OUTSIDE6;
            default -> v4 ? HOST : HOST6;
        };
    }

    /** Sends a datagram that is to arrive, and its answer; gives whom the receiver saw. */
    static String exchange(Host from, String to, int port, Host server, String serverAddress, int serverPort)
            throws IOException {
        try (DatagramChannel asking = from.udp(to.indexOf(':') < 0 ? "0.0.0.0" : "::", 0);
                DatagramChannel answering = server.udp(serverAddress, serverPort)) {
            Host.Datagram question = Host.pass(asking, answering, to, port);
            answering.send(ByteBuffer.wrap(new byte[] {'y'}), question.from());
            Host.Datagram answer = Host.receive(asking);
            assertThat(answer.text()).isEqualTo("y");
            assertThat(answer.from()).isEqualTo(new InetSocketAddress(IpPrefix.address(to), port));
            return question.from().getAddress().getHostAddress().replaceFirst("%.*", "");
        }
    }

    /** Opens a connection that is to be accepted; gives whom the server saw. */
    static String connect(Host from, String to, int port, Host server, String serverAddress, int serverPort)
            throws IOException {
        try (ServerSocketChannel listening = server.listen(serverAddress, serverPort);
                SocketChannel connection = from.connect(to, port);
                SocketChannel accepted = listening.accept()) {
            accepted.write(ByteBuffer.wrap(new byte[] {'y'}));
            ByteBuffer answer = ByteBuffer.allocate(1);
            assertThat(connection.read(answer)).isEqualTo(1);
            return accepted.socket().getInetAddress().getHostAddress().replaceFirst("%.*", "");
        }
    }

    /** Sends a datagram that a rule is to drop; checks that the rule has counted it and that it did not arrive. */
    void dropped(String rule, Host from, String to, int port, Host server, String serverAddress, int serverPort)
            throws IOException {
        long before = counted(rule);
        try (DatagramChannel asking = from.udp(to.indexOf(':') < 0 ? "0.0.0.0" : "::", 0);
                DatagramChannel answering = server.udp(serverAddress, serverPort)) {
            Host.send(asking, "forbidden", to, port);
            awaitCounted(rule, before + 1);
            answering.configureBlocking(false);
            assertThat(answering.receive(ByteBuffer.allocate(16))).isNull();
        }
    }

    /** Begins a TCP connection that a rule is to drop; checks that the rule has counted it. */
    void connectionDropped(String rule, Host from, String to, int port) throws IOException {
        long before = counted(rule);
        try (SocketChannel channel = from.namespace().call(SocketChannel::open)) {
            channel.configureBlocking(false);
            assertThat(channel.connect(new InetSocketAddress(IpPrefix.address(to), port)))
                    .isFalse();
            awaitCounted(rule, before + 1);
            assertThat(channel.finishConnect()).isFalse();
        }
    }

    /** What came to the rules whose words begin so. */
    long counted(String rule) throws ErrnoException {
        List<FirewallRule> rules = firewall.rules().stream()
                .filter(candidate -> candidate.meaning().startsWith(rule))
                .toList();
        assertThat(rules).as(rule).isNotEmpty();
        return rules.stream().mapToLong(FirewallRule::packets).sum();
    }

    void awaitCounted(String rule, long atLeast) throws IOException {
        await(() -> counted(rule) >= atLeast, rule + " does not count to " + atLeast);
    }

    /** Something that becomes true. */
    interface Condition {
        boolean holds() throws IOException;
    }

    static void await(Condition condition, String otherwise) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException(otherwise);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws Exception {
        firewall.close();
        nft.close();
        lab.close();
    }
}
