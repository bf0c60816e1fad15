package dev.lighter.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

class DnsStreamTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int END = -1;

    private final FakeDirectory names = new FakeDirectory().name("web", "10.0.0.2");
    private final FakeResolver resolver = FakeResolver.withRecord("60 A 192.0.2.1");
    private final DnsServer server = new DnsServer(
            names,
            () -> List.of(resolver.address()),
            DnsSettings.STANDARD.withTimes(2000, 7000, 1500).withBounds(256, 3));
    private final InetSocketAddress address = new InetSocketAddress(LOOPBACK, server.listen(LOOPBACK, 0));

    DnsStreamTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        server.close();
        resolver.close();
    }

    @Test
    void questionsSentAtOnceAreAllAnsweredOnOneConnection() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            Message query = DnsClient.query(i % 3 == 0 ? "n" + i + ".org" : "web", Type.A);
            query.getHeader().setID(i);
            ids.add(i);
            all.writeBytes(DnsClient.framed(query));
        }
        try (Socket socket = DnsClient.connect(address)) {
            socket.getOutputStream().write(all.toByteArray());
            for (int i = 0; i < 300; i++) {
                Message answer = DnsClient.receive(socket);
                int id = answer.getHeader().getID();
                assertThat(ids.remove(id)).isTrue();
                assertThat(DnsClient.data(answer)).containsExactly(id % 3 == 0 ? "192.0.2.1" : "10.0.0.2");
            }
        }
    }

    @Test
    void aQuestionInPiecesIsAnsweredAndSoIsOneBeforeTheEnd() throws Exception {
        byte[] query = DnsClient.framed(DnsClient.query("example.org", Type.A));
        try (Socket socket = DnsClient.connect(address)) {
            for (byte piece : query) {
                socket.getOutputStream().write(piece);
                socket.getOutputStream().flush();
            }
            assertThat(DnsClient.receive(socket).getRcode()).isEqualTo(Rcode.NOERROR);
            socket.getOutputStream().write(query);
            socket.shutdownOutput();
            assertThat(DnsClient.data(DnsClient.receive(socket))).containsExactly("192.0.2.1");
            assertThat(socket.getInputStream().read()).isEqualTo(END);
        }
    }

    @Test
    void whatHasNoRoomInADatagramIsAnsweredWhole() throws IOException {
        String[] many = new String[500];
        for (int i = 0; i < many.length; i++) {
            many[i] = "10.1." + i / 250 + "." + i % 250;
        }
        names.name("crowd", many);
        try (Socket socket = DnsClient.connect(address)) {
            socket.getOutputStream().write(DnsClient.framed(DnsClient.query("crowd", Type.A)));
            assertThat(DnsClient.data(DnsClient.receive(socket))).hasSize(500);
        }
    }

    @Test
    void anIdleConnectionIsEnded() throws IOException {
        try (Socket socket = DnsClient.connect(address)) {
            socket.getOutputStream().write(0);
            assertThat(socket.getInputStream().read()).isEqualTo(END);
        }
    }

    @Test
    void aReaderThatTakesNothingIsGivenUpAndTheServerAnswersOthers() throws Exception {
        String[] many = new String[2000];
        for (int i = 0; i < many.length; i++) {
            many[i] = "10.1." + i / 250 + "." + i % 250;
        }
        names.name("crowd", many);
        byte[] query = DnsClient.framed(DnsClient.query("crowd", Type.A));
        try (Socket socket = DnsClient.connect(address);
                DnsClient other = new DnsClient(address)) {
            Thread writer = new Thread(() -> {
                try {
                    for (int i = 0; i < 1_000_000; i++) {
                        socket.getOutputStream().write(query);
                    }
                } catch (IOException e) {
                    // The server has hung up.
                }
            });
            writer.start();
            Thread.sleep(100);
            assertThat(other.addresses("web")).containsExactly("10.0.0.2");
            writer.join(10_000);
            assertThat(writer.isAlive()).isFalse();
        }
    }

    @Test
    void garbageEndsTheConnection() throws IOException {
        try (Socket socket = DnsClient.connect(address)) {
            socket.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2});
            assertThat(socket.getInputStream().read()).isEqualTo(END);
        }
        try (Socket socket = DnsClient.connect(address)) {
            socket.getOutputStream().write(new byte[] {0, 3, 1, 2, 3});
            assertThat(socket.getInputStream().read()).isEqualTo(END);
        }
    }

    @Test
    void anAddressHoldsNoMoreThanItsShareOfConnections() throws IOException {
        List<Socket> held = new ArrayList<>();
        byte[] query = DnsClient.framed(DnsClient.query("web", Type.A));
        for (int i = 0; i < 3; i++) {
            Socket socket = DnsClient.connect(address);
            held.add(socket);
            socket.getOutputStream().write(query);
            assertThat(DnsClient.receive(socket).getRcode()).isEqualTo(Rcode.NOERROR);
        }
        try (Socket fourth = DnsClient.connect(address)) {
            assertThat(fourth.getInputStream().read()).isEqualTo(END);
        }
        for (Socket socket : held) {
            assertThat(socket.getInputStream().read()).isEqualTo(END);
            socket.close();
        }
        try (Socket later = DnsClient.connect(address)) {
            later.getOutputStream().write(query);
            assertThat(DnsClient.receive(later).getRcode()).isEqualTo(Rcode.NOERROR);
        }
    }

    @Test
    void forgettingAnAddressEndsItsConnections() throws IOException {
        try (Socket socket = DnsClient.connect(address)) {
            socket.getOutputStream().write(DnsClient.framed(DnsClient.query("web", Type.A)));
            DnsClient.receive(socket);
            server.forget(LOOPBACK);
            assertThat(socket.getInputStream().read()).isEqualTo(END);
        }
        assertThat(server.listen(LOOPBACK, address.getPort())).isEqualTo(address.getPort());
    }
}
