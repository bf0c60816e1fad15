package dev.lighter.network.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway address's UDP socket. Opened on any thread, which also decides the network namespace; used on the server's. */
final class UdpListener implements SelectorLoop.Handler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpListener.class);

    /** So many questions at a time, before other sockets have their turn. */
    private static final int TURN = 64;

    private static final int LARGEST_ANSWER = 4096;

    private final DatagramChannel channel;
    private final Responder responder;
    private final ByteBuffer in;

    private UdpListener(DatagramChannel channel, Responder responder, ByteBuffer in) {
        this.channel = channel;
        this.responder = responder;
        this.in = in;
    }

    /**
     * Opens the socket.
     *
     * @param in with an array; all listeners receive into the same, as they have their turns one after another
     */
    static UdpListener open(InetSocketAddress address, Responder responder, ByteBuffer in) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                address.getAddress().getAddress().length == 4
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.bind(address);
            return new UdpListener(channel, responder, in);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The port that it listens on. */
    int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    void register(SelectorLoop loop) throws IOException {
        loop.register(channel, SelectionKey.OP_READ, this);
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            for (int i = 0; i < TURN; i++) {
                InetSocketAddress peer = (InetSocketAddress) channel.receive(in.clear());
                if (peer == null) {
                    return;
                }
                responder.respond(in.array(), in.position(), new Peer(channel, peer));
            }
        } catch (IOException e) {
            LOG.debug("A question cannot be received", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private record Peer(DatagramChannel channel, InetSocketAddress peer) implements Client {
        @Override
        public InetAddress address() {
            return peer.getAddress();
        }

        @Override
        public int limit(Question question) {
            return question.datagramLimit(LARGEST_ANSWER);
        }

        /** An answer that cannot be sent is lost, as datagrams may be. */
        @Override
        public void answer(ByteBuffer message) {
            try {
                channel.send(message, peer);
            } catch (IOException e) {
                LOG.debug("{} cannot be answered", peer, e);
            }
        }
    }
}
