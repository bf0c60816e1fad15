package dev.lighter.network.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.inet.InetSocket;
import dev.lighter.kernel.inet.InetSocket.Transport;
import dev.lighter.kernel.inet.SocketAddress;
import dev.lighter.kernel.netlink.IpPrefix;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RelayUdpTest {
    private static final InetAddress V4 = IpPrefix.address("127.0.0.1");
    private static final RelayLimits LIMITS = new RelayLimits(100, 4, 20_000, 60_000);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Relay relay;
    private DatagramSocket container;

    @BeforeEach
    void open() throws IOException {
        relay = Relay.open(LIMITS);
        opened.add(relay);
        container = new DatagramSocket(0, V4);
        container.setSoTimeout(5000);
        opened.add(container);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "127.0.0.5"})
    void answersComeFromTheAddressThatWasAskedWhenThePortIsAtAllOfThem(String asked) throws IOException {
        InetAddress address = IpPrefix.address(asked);
        SocketAddress host = relayed(address.getAddress().length == 16 ? "::" : "0.0.0.0");
        DatagramSocket client = client(address, host.port());

        send(client, "question");
        DatagramPacket question = receive(container);
        assertThat(text(question)).isEqualTo("question");
        container.send(new DatagramPacket(bytes("answer"), 6, question.getSocketAddress()));

        assertThat(text(receive(client))).isEqualTo("answer");
    }

    @Test
    void clientsAreToldApart() throws IOException {
        SocketAddress host = relayed("::1");
        DatagramSocket one = client(host.address(), host.port());
        DatagramSocket two = client(host.address(), host.port());
        send(one, "one");
        DatagramPacket first = receive(container);
        send(two, "two");
        DatagramPacket second = receive(container);

        container.send(new DatagramPacket(bytes("for two"), 7, second.getSocketAddress()));
        container.send(new DatagramPacket(bytes("for one"), 7, first.getSocketAddress()));

        assertThat(text(receive(one))).isEqualTo("for one");
        assertThat(text(receive(two))).isEqualTo("for two");
    }

    @Test
    void theLargestAndTheEmptyDatagramPassBothWays() throws IOException {
        SocketAddress host = relayed("::1");
        // Java sends no empty datagram from a connected socket.
        DatagramSocket client = new DatagramSocket(0, host.address());
        opened.add(client);
        client.setSoTimeout(5000);
        for (int size : new int[] {65_507, 0, 1}) {
            client.send(new DatagramPacket(new byte[size], size, host.address(), host.port()));
            DatagramPacket received = receive(container);
            assertThat(received.getLength()).isEqualTo(size);
            container.send(new DatagramPacket(new byte[size], size, received.getSocketAddress()));
            assertThat(receive(client).getLength()).isEqualTo(size);
        }
    }

    @Test
    void theSessionUnusedForLongestGivesWay() throws IOException {
        SocketAddress host = relayed("::1");
        List<DatagramSocket> clients = new ArrayList<>();
        List<Integer> sources = new ArrayList<>();
        for (int i = 0; i < LIMITS.sessionsPerPort() + 1; i++) {
            clients.add(client(host.address(), host.port()));
            sources.add(source(clients.get(i)));
        }

        assertThat(source(clients.get(2))).isEqualTo(sources.get(2));
        assertThat(source(clients.get(0))).isNotEqualTo(sources.get(0));
    }

    @Test
    void anIdleSessionEnds() throws Exception {
        RelayLimits impatient = new RelayLimits(100, 4, 300, 300);
        relay = Relay.open(impatient);
        opened.add(relay);
        SocketAddress host = relayed("::1");
        DatagramSocket client = client(host.address(), host.port());
        send(client, "hello");
        DatagramPacket hello = receive(container);

        Thread.sleep(4 * impatient.idleMillis());
        container.send(new DatagramPacket(bytes("late"), 4, hello.getSocketAddress()));

        client.setSoTimeout(200);
        assertThatThrownBy(() -> receive(client)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aContainerThatServesNothingYetIsReachedLater() throws IOException {
        int target = container.getLocalPort();
        SocketAddress host = relayed("::1");
        DatagramSocket client = client(host.address(), host.port());
        container.close();
        send(client, "lost");
        send(client, "lost too");

        try (DatagramSocket late = new DatagramSocket(target, V4)) {
            late.setSoTimeout(5000);
            send(client, "hello");
            DatagramPacket got = receive(late);
            while (!text(got).equals("hello")) {
                got = receive(late);
            }
        }
    }

    @Test
    void aHeldPortTakesNoMemoryAndStartsWhenItIsRelayed() throws IOException {
        try (HostPorts ports = HostPorts.open(true)) {
            PortBinding binding = PortBinding.parse(container.getLocalPort() + "/udp", "127.0.0.1", "");
            Reservation reservation = ports.reserve(List.of(binding), List.of(), "dns");
            DatagramSocket client = client(V4, reservation.ports().get(0).hostPort());
            send(client, "too early");

            reservation.relayTo(V4, null);
            send(client, "in time");

            assertThat(text(receive(container))).isEqualTo("in time");
        }
    }

    private SocketAddress relayed(String address) throws IOException {
        InetAddress host = IpPrefix.address(address);
        SocketAddress any = new SocketAddress(host, 0);
        InetSocket bound = InetSocket.open(any.family(), Transport.UDP);
        bound.bind(any);
        relay.udp(bound, new SocketAddress(V4, container.getLocalPort()));
        return bound.localAddress();
    }

    private DatagramSocket client(InetAddress address, int port) throws IOException {
        DatagramSocket client = new DatagramSocket(new InetSocketAddress(address, 0));
        client.connect(address, port);
        client.setSoTimeout(5000);
        opened.add(client);
        return client;
    }

    /** The port by which the container sees the client. */
    private int source(DatagramSocket client) throws IOException {
        send(client, "hello");
        return receive(container).getPort();
    }

    private static void send(DatagramSocket socket, String text) throws IOException {
        socket.send(new DatagramPacket(bytes(text), bytes(text).length));
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return packet;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }
}
