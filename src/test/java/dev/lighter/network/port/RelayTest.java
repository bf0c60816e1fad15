package dev.lighter.network.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.inet.InetSocket;
import dev.lighter.kernel.inet.InetSocket.Transport;
import dev.lighter.kernel.inet.SocketAddress;
import dev.lighter.kernel.netlink.IpPrefix;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RelayTest {
    private static final InetAddress V4 = IpPrefix.address("127.0.0.1");
    private static final InetAddress V6 = IpPrefix.address("::1");
    private static final RelayLimits LIMITS = new RelayLimits(8, 4, 20_000, 500);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Relay relay;
    private ServerSocket container;
    private RelayedPort port;
    private SocketAddress host;

    @BeforeEach
    void open() throws IOException {
        container = new ServerSocket(0, 50, V4);
        opened.add(container);
        serve(LIMITS);
    }

    private void serve(RelayLimits limits) throws IOException {
        relay = Relay.open(limits);
        opened.add(relay);
        InetSocket bound = InetSocket.open(InetSocket.AF_INET6, Transport.TCP);
        bound.bind(new SocketAddress(V6, 0));
        host = bound.localAddress();
        port = relay.tcp(bound, new SocketAddress(V4, container.getLocalPort()));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        threads.shutdownNow();
    }

    @Test
    void eachSideCanEndItsHalfAndStillReceive() throws IOException {
        Socket client = connect();
        Socket served = accept();

        client.getOutputStream().write(bytes("question"));
        client.shutdownOutput();
        assertThat(text(served.getInputStream())).isEqualTo("question");

        served.getOutputStream().write(bytes("answer"));
        served.shutdownOutput();
        assertThat(text(client.getInputStream())).isEqualTo("answer");
    }

    @Test
    void theContainerMayEndItsHalfFirst() throws IOException {
        Socket client = connect();
        Socket served = accept();

        served.getOutputStream().write(bytes("greeting"));
        served.shutdownOutput();
        assertThat(text(client.getInputStream())).isEqualTo("greeting");

        client.getOutputStream().write(bytes("late"));
        client.shutdownOutput();
        assertThat(text(served.getInputStream())).isEqualTo("late");
    }

    @Test
    void tenMegabytesArriveIntactInBothDirectionsAtOnce() throws Exception {
        Socket client = connect();
        Socket served = accept();
        byte[] up = random(1);
        byte[] down = random(2);

        CompletableFuture<byte[]> receivedByContainer = readAll(served);
        CompletableFuture<byte[]> receivedByClient = readAll(client);
        CompletableFuture<Void> sending = send(client, up);
        send(served, down).join();
        sending.join();

        assertThat(Arrays.equals(receivedByContainer.join(), up)).isTrue();
        assertThat(Arrays.equals(receivedByClient.join(), down)).isTrue();
    }

    @Test
    void aReaderThatDoesNotReadStopsTheWriterAndCostsNothing() throws Exception {
        Socket client = connect();
        Socket served = accept();
        SocketChannel writer = SocketChannel.open();
        opened.add(writer);
        writer.connect(new InetSocketAddress(V6, host.port()));
        Socket slow = accept();
        writer.configureBlocking(false);

        byte[] content = random(3);
        long sent = 0;
        int refusals = 0;
        while (refusals < 20 && sent < 200L * content.length) {
            int count = writer.write(ByteBuffer.wrap(
                    content, (int) (sent % content.length), content.length - (int) (sent % content.length)));
            sent += count;
            if (count == 0) {
                refusals++;
                Thread.sleep(10);
            } else {
                refusals = 0;
            }
        }

        assertThat(sent).isLessThan(100L * content.length);
        client.getOutputStream().write(7);
        assertThat(served.getInputStream().read()).isEqualTo(7);
        writer.shutdownOutput();
        assertThat(count(slow.getInputStream(), content)).isEqualTo(sent);
    }

    @Test
    void whatIsSentBeforeTheEndReachesASlowReader() throws Exception {
        Socket client = connect();
        Socket served = accept();
        byte[] content = random(4);
        CompletableFuture<Void> sending = send(served, content);
        client.shutdownOutput();
        Thread.sleep(200);

        assertThat(Arrays.equals(client.getInputStream().readAllBytes(), content))
                .isTrue();
        sending.join();
    }

    @Test
    void aResetOfTheContainerResetsTheClient() throws IOException {
        Socket client = connect();
        Socket served = accept();

        reset(served);

        assertThatThrownBy(() -> client.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void aResetOfTheClientResetsTheContainer() throws IOException {
        Socket client = connect();
        Socket served = accept();

        reset(client);

        assertThatThrownBy(() -> served.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void nobodyServingInTheContainerResetsTheClient() throws IOException {
        container.close();

        Socket client = connect();

        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void aContainerThatDoesNotAnswerResetsTheClientInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, V4)) {
            for (int i = 0; i < 3; i++) {
                SocketChannel filler = SocketChannel.open();
                opened.add(filler);
                filler.configureBlocking(false);
                filler.connect(silent.getLocalSocketAddress());
            }
            serve(new RelayLimits(8, 4, 300, 500));
            port.retarget(new SocketAddress(V4, silent.getLocalPort()));
            long start = System.nanoTime();
            Socket client = connect();

            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(System.nanoTime() - start).isBetween(200_000_000L, 15_000_000_000L);
        }
    }

    @Test
    void connectionsBeyondTheLimitAreResetUntilOneEnds() throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < LIMITS.connections(); i++) {
            clients.add(connect());
            accept();
        }

        Socket refused = connect();
        assertThatThrownBy(() -> refused.getInputStream().read()).isInstanceOf(SocketException.class);

        reset(clients.get(0));
        relay.runAndWait(() -> {});
        Socket admitted = admitted();
        assertThat(admitted).isNotNull();
    }

    @Test
    void closingThePortEndsItsConnectionsAndFreesIt() throws IOException {
        Socket client = connect();
        Socket served = accept();

        port.close();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(served.getInputStream().read()).isEqualTo(-1);
        assertThatCode(() -> new ServerSocket(host.port(), 1, V6).close()).doesNotThrowAnyException();
    }

    @Test
    void closingTheRelayEndsAllConnections() throws IOException {
        Socket client = connect();
        accept();

        relay.close();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
        port.close();
    }

    @Test
    void aNewTargetEndsConnectionsToTheFormerOne() throws IOException {
        Socket before = connect();
        accept();
        try (ServerSocket other = new ServerSocket(0, 1, V6)) {
            port.retarget(new SocketAddress(V6, other.getLocalPort()));

            assertThat(before.getInputStream().read()).isEqualTo(-1);
            Socket after = connect();
            after.getOutputStream().write(5);
            assertThat(other.accept().getInputStream().read()).isEqualTo(5);
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(V6, host.port());
        client.setSoTimeout(20_000);
        opened.add(client);
        return client;
    }

    private Socket accept() throws IOException {
        Socket served = container.accept();
        served.setSoTimeout(20_000);
        opened.add(served);
        return served;
    }

    /** A client that is served, once the relay has noticed that another one is gone. */
    private Socket admitted() throws IOException {
        container.setSoTimeout(100);
        while (true) {
            Socket client = connect();
            try {
                accept();
                return client;
            } catch (SocketTimeoutException e) {
                client.close();
            }
        }
    }

    private CompletableFuture<byte[]> readAll(Socket socket) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                threads);
    }

    private CompletableFuture<Void> send(Socket socket, byte[] content) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        OutputStream out = socket.getOutputStream();
                        out.write(content);
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                threads);
    }

    /** Reads to the end, where the content repeats; gives how much that was. */
    private static long count(InputStream in, byte[] content) throws IOException {
        byte[] chunk = new byte[64 * 1024];
        long total = 0;
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            for (int i = 0; i < count; i += 997) {
                assertThat(chunk[i]).isEqualTo(content[(int) ((total + i) % content.length)]);
            }
            total += count;
        }
        return total;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static byte[] random(int seed) {
        byte[] content = new byte[10 * 1024 * 1024];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
