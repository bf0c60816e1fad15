package dev.lighter.network.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.kernel.netlink.IpPrefix;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostPortsTest {
    private static final InetAddress LOOPBACK = IpPrefix.address("127.0.0.1");
    private static final List<InetAddress> LOOPBACKS = List.of(LOOPBACK, IpPrefix.address("::1"));
    private static final List<InetAddress> EVERY = List.of(IpPrefix.address("0.0.0.0"), IpPrefix.address("::"));

    private HostPorts ports;

    @BeforeEach
    void open() throws IOException {
        ports = HostPorts.open(false);
    }

    @AfterEach
    void close() {
        ports.close();
    }

    @Test
    void aPortLeftToTheEngineHasOneNumberForBothFamilies() {
        Reservation reservation = reserve("80/tcp", "", "");

        assertThat(reservation.ports()).extracting(PublishedPort::hostAddress).containsExactlyElementsOf(EVERY);
        assertThat(reservation.ports())
                .extracting(PublishedPort::hostPort)
                .containsOnly(number(reservation))
                .allMatch(number -> number > 1024);
        assertThat(reservation.ports()).extracting(PublishedPort::containerPort).containsOnly(80);
    }

    @Test
    void theSamePortAtTwoAddressesHasOneNumber() {
        List<PortBinding> bindings =
                List.of(PortBinding.parse("80/tcp", "127.0.0.1", ""), PortBinding.parse("80/tcp", "::1", ""));

        Reservation reservation = ports.reserve(bindings, EVERY, "web");

        assertThat(reservation.ports()).extracting(PublishedPort::hostAddress).containsExactlyElementsOf(LOOPBACKS);
        assertThat(reservation.ports()).extracting(PublishedPort::hostPort).containsOnly(number(reservation));
    }

    @Test
    void aPortOfAnotherContainerIsRefusedInDockersWords() {
        int number = number(reserve("80/tcp", "", ""));

        assertConflict(
                () -> reserve("81/tcp", "", "" + number),
                "Bind for 0.0.0.0:" + number + " failed: port is already allocated");
        assertConflict(
                () -> reserve("81/tcp", "127.0.0.1", "" + number),
                "Bind for 127.0.0.1:" + number + " failed: port is already allocated");
        assertConflict(
                () -> reserve("81/tcp", "::1", "" + number),
                "Bind for [::1]:" + number + " failed: port is already allocated");
    }

    @Test
    void allAddressesConflictWithOneThatIsTaken() {
        int number = number(reserve("80/tcp", "127.0.0.1", ""));

        assertConflict(
                () -> reserve("80/tcp", "", "" + number),
                "Bind for 0.0.0.0:" + number + " failed: port is already allocated");
    }

    @Test
    void otherProtocolsFamiliesAndAddressesDoNotConflict() {
        int number = number(reserve("80/tcp", "127.0.0.1", ""));

        assertThatCode(() -> {
                    reserve("80/udp", "127.0.0.1", "" + number);
                    reserve("80/sctp", "127.0.0.1", "" + number);
                    reserve("80/tcp", "::1", "" + number);
                    reserve("80/tcp", "127.0.0.2", "" + number);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aPortThatAnotherProcessListensAtIsRefused() throws IOException {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            other.bind(new InetSocketAddress(LOOPBACK, 0));
            int number = other.socket().getLocalPort();

            assertConflict(
                    () -> reserve("80/tcp", "", "" + number),
                    "failed to bind host port 0.0.0.0:" + number + "/tcp: address already in use");
        }
    }

    @Test
    void aUdpPortOfAnotherProcessIsRefused() throws IOException {
        try (DatagramSocket other = new DatagramSocket(0, LOOPBACK)) {
            assertConflict(
                    () -> reserve("53/udp", "127.0.0.1", "" + other.getLocalPort()),
                    "failed to bind host port 127.0.0.1:" + other.getLocalPort() + "/udp: address already in use");
        }
    }

    @Test
    void anAddressThatTheHostLacksIsRefused() {
        assertThatThrownBy(() -> reserve("80/tcp", "198.51.100.7", ""))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                .hasMessageMatching(
                        "failed to bind host port 198\\.51\\.100\\.7:\\d+/tcp: cannot assign requested address");
    }

    @Test
    void aRangeGivesTheFirstThatIsFreeInBothFamilies() throws IOException {
        int first = freeRange(3);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
            other.bind(new InetSocketAddress("::1", first));
            String range = first + "-" + (first + 2);

            assertThat(number(reserve("80/tcp", "", range))).isEqualTo(first + 1);
            assertThat(number(reserve("80/tcp", "", range))).isEqualTo(first + 2);
            assertConflict(() -> reserve("80/tcp", "", range), "all ports are allocated");
        }
    }

    @Test
    void aReservationThatFailsHalfWayLeavesNothing() {
        int number = number(reserve("80/tcp", "127.0.0.1", ""));
        int free = freeRange(1);
        List<PortBinding> bindings = List.of(
                PortBinding.parse("80/tcp", "", "" + free), PortBinding.parse("81/tcp", "127.0.0.1", "" + number));

        assertThatThrownBy(() -> ports.reserve(bindings, EVERY, "web")).isInstanceOf(EngineException.class);

        assertThat(number(reserve("80/tcp", "", "" + free))).isEqualTo(free);
    }

    @Test
    void aReservedPortCannotBeListenedAtByAnotherProcess() {
        int number = number(reserve("80/tcp", "", ""));

        assertThatThrownBy(() -> listen(number)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new DatagramSocket(number(reserve("80/udp", "", "")), LOOPBACK))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aReservedPortRefusesConnectionsWhileNothingIsRelayed() {
        int number = number(reserve("80/tcp", "", ""));

        assertThatThrownBy(() -> new Socket(LOOPBACK, number)).isInstanceOf(ConnectException.class);
    }

    @Test
    void closingAReservationFreesItsPorts() throws IOException {
        Reservation reservation = reserve("80/tcp", "", "");
        int number = number(reservation);

        reservation.close();
        reservation.close();

        listen(number);
        assertThat(number(reserve("80/tcp", "", "" + number))).isEqualTo(number);
    }

    @Test
    void connectionsOfThePastDoNotHinder() throws IOException {
        int number;
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            number = server.getLocalPort();
            try (Socket client = new Socket(LOOPBACK, number);
                    Socket served = server.accept()) {
                served.close();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }

        assertThat(number(reserve("80/tcp", "", "" + number))).isEqualTo(number);
    }

    @Test
    void adoptedPortsAreHeldAsBefore() {
        PublishedPort before = new PublishedPort(80, "tcp", LOOPBACK, freeRange(1));

        assertThat(ports.adopt(List.of(before), "web").ports()).containsExactly(before);

        assertThatThrownBy(() -> listen(before.hostPort())).isInstanceOf(IOException.class);
    }

    @Test
    void anAdoptedPortThatAnotherProcessTookStaysPublished() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
            PublishedPort before = new PublishedPort(80, "tcp", LOOPBACK, other.getLocalPort());

            Reservation adopted = ports.adopt(List.of(before), "web");

            assertThat(adopted.ports()).containsExactly(before);
            assertConflict(
                    () -> reserve("80/tcp", "127.0.0.1", "" + before.hostPort()),
                    "Bind for " + before.host() + " failed: port is already allocated");
            adopted.relayTo(LOOPBACK, null);
            adopted.close();
        }
    }

    @Test
    void manyThreadsNeverGetTheSamePort() {
        int first = freeRange(40);
        String range = first + "-" + (first + 39);

        List<CompletableFuture<Integer>> all = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> number(reserve("80/tcp", "127.0.0.1", range))))
                .toList();

        assertThat(all.stream().map(CompletableFuture::join)).doesNotHaveDuplicates();
    }

    @Test
    void nothingIsReservedAnyMoreOnceClosed() {
        Reservation reservation = reserve("80/tcp", "", "");

        ports.close();

        assertThatCode(() -> listen(number(reservation))).doesNotThrowAnyException();
        assertThatThrownBy(() -> reserve("80/tcp", "", "")).hasMessage("the engine is stopping");
    }

    private Reservation reserve(String key, String address, String hostPorts) {
        return ports.reserve(List.of(PortBinding.parse(key, address, hostPorts)), EVERY, "web");
    }

    private static int number(Reservation reservation) {
        return reservation.ports().get(0).hostPort();
    }

    private static void listen(int port) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(LOOPBACK, port));
        }
    }

    /** The first of some ports next to each other that nobody has. */
    private int freeRange(int size) {
        for (int first = 20_000; ; first += size) {
            try {
                for (int i = 0; i < size; i++) {
                    reserve("1/tcp", "", "" + (first + i)).close();
                }
                return first;
            } catch (EngineException e) {
                assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
            }
        }
    }

    private static void assertConflict(ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessage(message);
    }
}
