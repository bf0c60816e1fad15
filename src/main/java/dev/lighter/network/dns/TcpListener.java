package dev.lighter.network.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway address's TCP socket, and the connections made to it. Opened on any thread, which also decides the network namespace; used on
 * the server's.
 */
final class TcpListener implements SelectorLoop.Handler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);
    private static final int TURN = 16;

    /** How long no connection is accepted after one could not be, as when the process has no descriptor left. */
    private static final long REST_MILLIS = 200;

    private final ServerSocketChannel channel;
    private final SelectorLoop loop;
    private final Responder responder;
    private final Shares connections;
    private final long idleMillis;
    private final Set<TcpConnection> open = new HashSet<>();

    private TcpListener(
            ServerSocketChannel channel, SelectorLoop loop, Responder responder, Shares connections, long idleMillis) {
        this.channel = channel;
        this.loop = loop;
        this.responder = responder;
        this.connections = connections;
        this.idleMillis = idleMillis;
    }

    static TcpListener open(
            InetSocketAddress address, SelectorLoop loop, Responder responder, Shares connections, long idleMillis)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(
                address.getAddress().getAddress().length == 4
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            // Connections of a server before this one may still be in TIME_WAIT.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address);
            return new TcpListener(channel, loop, responder, connections, idleMillis);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    void register() throws IOException {
        loop.register(channel, SelectionKey.OP_ACCEPT, this);
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            for (int i = 0; i < TURN; i++) {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                take(accepted);
            }
        } catch (IOException e) {
            LOG.debug("A connection cannot be accepted", e);
            key.interestOps(0);
            loop.later(REST_MILLIS, () -> {
                if (key.isValid()) {
                    key.interestOps(SelectionKey.OP_ACCEPT);
                }
            });
        }
    }

    private void take(SocketChannel accepted) throws IOException {
        InetAddress peer = accepted.socket().getInetAddress();
        if (peer == null || !connections.take(peer)) {
            accepted.close();
            return;
        }
        TcpConnection connection = new TcpConnection(accepted, peer, loop, responder, ended -> {
            open.remove(ended);
            connections.giveBack(peer);
        });
        open.add(connection);
        connection.begin(idleMillis);
    }

    /** Closes the connections too. On the server's thread. */
    @Override
    public void close() throws IOException {
        channel.close();
        Set.copyOf(open).forEach(TcpConnection::close);
    }
}
