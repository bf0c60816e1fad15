package dev.lighter.kernel.netlink;

import dev.lighter.kernel.netlink.route.RouteNetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One of a lab's namespaces, and what its programs would do there. */
public record Host(String name, NetworkNamespace namespace, RouteNetlink route) {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int LARGEST = 2048;

    /** A datagram that arrived. */
    public record Datagram(String text, InetSocketAddress from) {}

    /** A UDP socket bound here. */
    public DatagramChannel udp(String address, int port) throws IOException {
        InetAddress own = IpPrefix.address(address);
        return namespace.call(() -> DatagramChannel.open(
                        IpPrefix.family(own) == 2 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)
                .bind(new InetSocketAddress(own, port)));
    }

    /** A TCP socket that listens here. */
    public ServerSocketChannel listen(String address, int port) throws IOException {
        InetAddress own = IpPrefix.address(address);
        return namespace.call(() -> ServerSocketChannel.open().bind(new InetSocketAddress(own, port)));
    }

    /** A TCP connection from here. */
    public SocketChannel connect(String address, int port) throws IOException {
        SocketChannel channel = namespace.call(SocketChannel::open);
        channel.socket().connect(new InetSocketAddress(IpPrefix.address(address), port), PATIENCE_MILLIS);
        return channel;
    }

    /** Sends a datagram. */
    public static void send(DatagramChannel from, String text, String address, int port) throws IOException {
        from.send(
                ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)),
                new InetSocketAddress(IpPrefix.address(address), port));
    }

    /** Waits for the next datagram. */
    public static Datagram receive(DatagramChannel at) throws IOException {
        at.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            at.register(selector, SelectionKey.OP_READ);
            selector.select(PATIENCE_MILLIS);
            ByteBuffer bytes = ByteBuffer.allocate(LARGEST);
            InetSocketAddress from = (InetSocketAddress) at.receive(bytes);
            if (from == null) {
                throw new IOException("no datagram arrives at " + at.getLocalAddress());
            }
            return new Datagram(new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII), from);
        }
    }

    /** Sends and waits for it to arrive; gives what arrived. */
    public static Datagram pass(DatagramChannel from, DatagramChannel to, String address, int port) throws IOException {
        send(from, "hello", address, port);
        return receive(to);
    }
}
