package dev.lighter.dockerapi;

import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Serves a greeting at a port inside a container's network: to who connects, or to who sends a datagram. Needs no program in the image. */
final class InsideServer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 5000;

    private final Closeable socket;

    private InsideServer(Closeable socket) {
        this.socket = socket;
    }

    /** Serves at a TCP port of the container with this process. */
    static InsideServer tcp(int pid, int port, String greeting) throws IOException {
        ServerSocket server = within(pid, () -> {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return socket;
        });
        run(() -> {
            while (true) {
                try (Socket client = server.accept();
                        OutputStream out = client.getOutputStream()) {
                    out.write(greeting.getBytes(StandardCharsets.UTF_8));
                }
            }
        });
        return new InsideServer(server);
    }

    /** Serves at a UDP port of the container with this process. */
    static InsideServer udp(int pid, int port, String greeting) throws IOException {
        DatagramSocket server = within(pid, () -> new DatagramSocket(new InetSocketAddress(port)));
        run(() -> {
            byte[] answer = greeting.getBytes(StandardCharsets.UTF_8);
            DatagramPacket packet = new DatagramPacket(new byte[64], 64);
            while (true) {
                server.receive(packet);
                server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        });
        return new InsideServer(server);
    }

    private static <T> T within(int pid, dev.lighter.kernel.netlink.NamespaceTask<T> task) throws IOException {
        try (NetworkNamespace inside = NetworkNamespace.at(Path.of("/proc", Integer.toString(pid), "ns/net"))) {
            return inside.call(task);
        }
    }

    private interface Serving {
        void run() throws IOException;
    }

    private static void run(Serving serving) {
        Thread thread = new Thread(() -> {
            try {
                serving.run();
            } catch (SocketException end) {
                // It was closed.
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** What somebody on the host gets from a TCP port. */
    static String greeting(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What somebody on the host gets from a UDP port. */
    static String datagram(String host, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(new byte[] {'?'}, 1, InetAddress.getByName(host), port));
            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
