package dev.lighter.network.port;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.inet.InetSocket;
import dev.lighter.kernel.inet.SocketAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A relayed TCP port: accepts connections and lets each be relayed. A client beyond the limit is reset at once. */
final class TcpPort extends RelayedPort {
    private static final Logger LOG = LoggerFactory.getLogger(TcpPort.class);
    private static final int BATCH = 64;

    private final Set<TcpConnection> connections = new HashSet<>();
    private final Set<TcpConnection> connecting = new LinkedHashSet<>();
    private boolean acceptLater;

    TcpPort(Relay relay, InetSocket socket, SocketAddress target) {
        super(relay, socket, target);
    }

    @Override
    public void ready(int events) {
        acceptBatch();
    }

    private void acceptBatch() {
        if (socket.fd().isClosed()) {
            return;
        }
        try {
            for (int i = 0; i < BATCH; i++) {
                InetSocket client = socket.accept();
                if (client == null) {
                    return;
                }
                serve(client);
            }
            relay.yieldThen(this::acceptBatch);
        } catch (ErrnoException e) {
            LOG.warn("Cannot accept connections to a published port at present: {}", e.getMessage());
            acceptLater = true;
            relay.tickLater();
        }
    }

    private void serve(InetSocket client) {
        if (!relay.admit()) {
            client.resetOnClose();
            client.close();
            return;
        }
        TcpConnection connection = new TcpConnection(this, client);
        connections.add(connection);
        connecting.add(connection);
        relay.tickLater();
        connection.connect();
    }

    void established(TcpConnection connection) {
        connecting.remove(connection);
    }

    void ended(TcpConnection connection) {
        connecting.remove(connection);
        if (connections.remove(connection)) {
            relay.dismiss();
        }
    }

    @Override
    boolean tick(long nowNanos) {
        if (acceptLater) {
            acceptLater = false;
            acceptBatch();
        }
        long latest = nowNanos - TimeUnit.MILLISECONDS.toNanos(relay.limits().connectMillis());
        for (TcpConnection connection : List.copyOf(connecting)) {
            if (connection.startedNanos() - latest > 0) {
                break;
            }
            connection.reset();
        }
        return acceptLater || !connecting.isEmpty();
    }

    @Override
    void endConnections() {
        List.copyOf(connections).forEach(TcpConnection::close);
    }
}
