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

    private static final int LARGEST_QUESTION = 4096;
    private static final int LARGEST_ANSWER = 4096;

    private final DatagramChannel channel;
    private final Responder responder;
    private final ByteBuffer in = ByteBuffer.allocateDirect(LARGEST_QUESTION);
    private final byte[] message = new byte[LARGEST_QUESTION];

    private UdpListener(DatagramChannel channel, Responder responder) {
        this.channel = channel;
        this.responder = responder;
    }

    static UdpListener open(InetSocketAddress address, Responder responder) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                address.getAddress().getAddress().length == 4
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.bind(address);
            return new UdpListener(channel, responder);
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
                in.clear();
                InetSocketAddress peer = (InetSocketAddress) channel.receive(in);
                if (peer == null) {
                    return;
                }
                int length = in.flip().remaining();
                in.get(message, 0, length);
                responder.respond(message, length, new Peer(channel, peer));
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
