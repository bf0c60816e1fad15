package dev.lighter.network.port;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.EventLoop;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.inet.Datagrams;
import dev.lighter.kernel.inet.InetSocket;
import dev.lighter.kernel.inet.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves ports of the host by passing on, in this process, what the kernel does not translate. One thread serves all ports. A connection
 * has no memory of its own: bytes stay in the kernel's buffers until the other side takes them. Safe for all threads; lives until closed.
 */
final class Relay implements AutoCloseable {
    /** How much is passed on at once, in bytes. */
    static final int CHUNK = 128 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BACKLOG = 1024;

    private final EventLoop loop;
    private final RelayLimits limits;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    private final long chunkAddress = NativeScope.address(chunk);
    private final Datagrams datagrams = new Datagrams();
    private final Set<RelayedPort> ports = ConcurrentHashMap.newKeySet();
    private int connections;
    private boolean full;
    private boolean ticking;
    private boolean closed;

    private Relay(EventLoop loop, RelayLimits limits) {
        this.loop = loop;
        this.limits = limits;
    }

    /** Starts the relay's thread. */
    static Relay open(RelayLimits limits) throws ErrnoException {
        return new Relay(new EventLoop("port-relay"), limits);
    }

    /** Listens with a bound TCP socket and relays each connection to {@code target}. The socket is closed with the port. */
    RelayedPort tcp(InetSocket bound, SocketAddress target) throws ErrnoException {
        bound.reuseAddress(true);
        bound.listen(BACKLOG);
        return begin(new TcpPort(this, bound, target), EventLoop.EPOLLIN | EventLoop.EPOLLET);
    }

    /** Relays what arrives at a bound UDP socket to {@code target}, and the answers back. The socket is closed with the port. */
    RelayedPort udp(InetSocket bound, SocketAddress target) throws ErrnoException {
        bound.reportDestination();
        return begin(new UdpPort(this, bound, target), EventLoop.EPOLLIN);
    }

    private RelayedPort begin(RelayedPort port, int events) throws ErrnoException {
        ports.add(port);
        try {
            loop.add(port.socket.fd(), events, port);
            return port;
        } catch (ErrnoException e) {
            ports.remove(port);
            throw e;
        }
    }

    /** Ends all connections and the thread. The sockets of the ports are closed. */
    @Override
    public void close() {
        runAndWait(() -> List.copyOf(ports).forEach(this::end));
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        loop.close();
    }

    /** Runs a task on the relay's thread and waits for its end. Does nothing when the relay is closed. */
    void runAndWait(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            loop.execute(() -> {
                try {
                    task.run();
                } finally {
                    done.complete(null);
                }
            });
        }
        done.join();
    }

    void end(RelayedPort port) {
        if (ports.remove(port)) {
            port.endConnections();
            close(port.socket);
        }
    }

    /** Calls the handler when there is news of a socket, its first state included. */
    void watch(InetSocket socket, EventLoop.Handler handler) throws ErrnoException {
        int events = EventLoop.EPOLLIN | EventLoop.EPOLLOUT | EventLoop.EPOLLRDHUP | EventLoop.EPOLLET;
        loop.add(socket.fd(), events, handler);
    }

    /** Calls the handler as long as there is something to receive. */
    void watchIncoming(InetSocket socket, EventLoop.Handler handler) throws ErrnoException {
        loop.add(socket.fd(), EventLoop.EPOLLIN, handler);
    }

    /** Closes a socket, watched or not. */
    void close(InetSocket socket) {
        Fd fd = socket.fd();
        loop.removeAndClose(fd);
    }

    /** Goes on with a task after the others had their turn. */
    void yieldThen(Runnable task) {
        loop.execute(task);
    }

    /** Counts one more connection or session, unless there are as many as may be. */
    boolean admit() {
        if (connections >= limits.connections()) {
            if (!full) {
                LOG.warn("The relay of published ports has {} connections and refuses more", connections);
            }
            full = true;
            return false;
        }
        connections++;
        return true;
    }

    /** Counts one connection or session less. */
    void dismiss() {
        connections--;
        full &= connections > limits.connections() / 10 * 9;
    }

    /** Has all ports look for what is over its time, in a while. */
    void tickLater() {
        if (!ticking) {
            ticking = true;
            loop.later(TimeUnit.MILLISECONDS.toNanos(limits.tickMillis()), this::tick);
        }
    }

    private void tick() {
        ticking = false;
        long now = System.nanoTime();
        boolean again = false;
        for (RelayedPort port : ports) {
            again |= port.tick(now);
        }
        if (again) {
            tickLater();
        }
    }

    RelayLimits limits() {
        return limits;
    }

    long chunkAddress() {
        return chunkAddress;
    }

    Datagrams datagrams() {
        return datagrams;
    }
}
