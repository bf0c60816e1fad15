package dev.lighter.network.port;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.inet.Datagrams;
import dev.lighter.kernel.inet.InetSocket;
import dev.lighter.kernel.inet.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relayed UDP port: each client has a socket of its own towards the container, so that answers find their way, and answers leave from
 * the address that the client asked.
 */
final class UdpPort extends RelayedPort {
    private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);
    private static final int BATCH = 64;

    /** In the order of their last use. */
    private final Map<Datagrams.Path, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    UdpPort(Relay relay, InetSocket socket, SocketAddress target) {
        super(relay, socket, target);
    }

    @Override
    public void ready(int events) {
        Datagrams datagrams = relay.datagrams();
        for (int i = 0; i < BATCH; i++) {
            long bytes = datagrams.receive(socket);
            if (bytes < 0) {
                return;
            }
            Session session = session(datagrams.path());
            if (session != null) {
                session.usedNanos = System.nanoTime();
                session.container.send(datagrams.payloadAddress(), (int) bytes);
            }
        }
    }

    private @Nullable Session session(Datagrams.Path path) {
        Session known = sessions.get(path);
        if (known != null) {
            return known;
        }
        if (sessions.size() >= relay.limits().sessionsPerPort()) {
            sessions.values().iterator().next().close();
        }
        if (!relay.admit()) {
            return null;
        }
        Session session = Session.open(this, path);
        if (session == null) {
            relay.dismiss();
            return null;
        }
        sessions.put(path, session);
        relay.tickLater();
        return session;
    }

    @Override
    boolean tick(long nowNanos) {
        long latest = nowNanos - TimeUnit.MILLISECONDS.toNanos(relay.limits().idleMillis());
        List<Session> idle = new ArrayList<>();
        for (Session session : sessions.values()) {
            if (session.usedNanos - latest > 0) {
                break;
            }
            idle.add(session);
        }
        idle.forEach(Session::close);
        return !sessions.isEmpty();
    }

    @Override
    void endConnections() {
        List.copyOf(sessions.values()).forEach(Session::close);
    }

    /** A client's socket towards the container. */
    private static final class Session {
        private final UdpPort port;
        private final Datagrams.Path path;
        private final InetSocket container;
        private long usedNanos;

        private Session(UdpPort port, Datagrams.Path path, InetSocket container) {
            this.port = port;
            this.path = path;
            this.container = container;
        }

        static @Nullable Session open(UdpPort port, Datagrams.Path path) {
            InetSocket container = null;
            try {
                container = InetSocket.open(port.target().family(), InetSocket.Transport.UDP);
                container.connect(port.target());
                Session session = new Session(port, path, container);
                port.relay.watchIncoming(container, events -> session.answer());
                return session;
            } catch (ErrnoException e) {
                LOG.debug("A datagram of {} to {} is lost", path, port.target(), e);
                if (container != null) {
                    container.close();
                }
                return null;
            }
        }

        /** Passes on what the container says. That nobody serves its port is no news for a client. */
        private void answer() {
            Datagrams datagrams = port.relay.datagrams();
            for (int i = 0; i < BATCH && !container.fd().isClosed(); i++) {
                long bytes = container.receive(datagrams.payloadAddress(), Datagrams.MAX_BYTES);
                if (bytes == -Errno.EAGAIN) {
                    return;
                }
                if (bytes >= 0) {
                    usedNanos = System.nanoTime();
                    port.sessions.get(path);
                    datagrams.reply(port.socket, path, (int) bytes);
                }
            }
        }

        private void close() {
            if (port.sessions.remove(path) != null) {
                port.relay.close(container);
                port.relay.dismiss();
            }
        }
    }
}
