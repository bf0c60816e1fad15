package dev.lighter.network.port;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.EventLoop;
import dev.lighter.kernel.inet.InetSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection and the one to the container that serves it. Each direction ends on its own; a reset of one side resets the other.
 * Only for the relay's thread.
 *
 * <p>Bytes are sent while they are still in the receiving socket's buffer and only then taken out, as many as the other side accepted. So
 * nothing has to be stored when it accepts less, and a slow reader slows the writer down by the kernel's own flow control.
 */
final class TcpConnection {
    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);
    private static final int ROUNDS = 16;

    private final TcpPort port;
    private final Relay relay;
    private final InetSocket client;
    private final long startedNanos = System.nanoTime();
    private @Nullable Direction toContainer;
    private @Nullable Direction toClient;
    private @Nullable InetSocket container;
    private boolean closed;

    TcpConnection(TcpPort port, InetSocket client) {
        this.port = port;
        this.relay = port.relay;
        this.client = client;
    }

    /** When the client was accepted, by {@link System#nanoTime}. */
    long startedNanos() {
        return startedNanos;
    }

    /** Begins to connect to the container. */
    void connect() {
        try {
            client.tuneForRelaying();
            container = InetSocket.open(port.target().family(), InetSocket.Transport.TCP);
            container.tuneForRelaying();
            container.connect(port.target());
            relay.watch(container, this::containerReady);
        } catch (ErrnoException e) {
            LOG.debug("A connection to {} failed", port.target(), e);
            reset();
        }
    }

    private void containerReady(int events) {
        if (closed || container == null) {
            return;
        }
        try {
            if (toContainer != null && toClient != null) {
                ready(events, toClient, toContainer, container);
            } else if (container.connect(port.target())) {
                toContainer = new Direction(client, container);
                toClient = new Direction(container, client);
                port.established(this);
                relay.watch(client, this::clientReady);
                toClient.pass();
            }
        } catch (ErrnoException e) {
            LOG.debug("A connection to {} failed", port.target(), e);
            reset();
        }
    }

    private void clientReady(int events) {
        if (closed || toContainer == null || toClient == null) {
            return;
        }
        try {
            ready(events, toContainer, toClient, client);
        } catch (ErrnoException e) {
            reset();
        }
    }

    private void ready(int events, Direction from, Direction to, InetSocket socket) throws ErrnoException {
        if ((events & EventLoop.EPOLLERR) != 0 && socket.takeError() != 0) {
            reset();
            return;
        }
        if ((events & ~EventLoop.EPOLLOUT) != 0) {
            from.pass();
        }
        if ((events & EventLoop.EPOLLOUT) != 0) {
            to.unblock();
        }
    }

    /** Ends both sides in an orderly way. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        relay.close(client);
        if (container != null) {
            relay.close(container);
        }
        port.ended(this);
    }

    /** Ends both sides so that each sees a reset. */
    void reset() {
        if (closed) {
            return;
        }
        client.resetOnClose();
        if (container != null) {
            container.resetOnClose();
        }
        close();
    }

    private void directionEnded() {
        if (toContainer != null && toContainer.ended && toClient != null && toClient.ended) {
            close();
        }
    }

    /** The bytes that go one way. */
    private final class Direction {
        private final InetSocket from;
        private final InetSocket to;
        private boolean blocked;
        private boolean ended;

        Direction(InetSocket from, InetSocket to) {
            this.from = from;
            this.to = to;
        }

        /** The reader has room again. */
        void unblock() {
            if (blocked) {
                blocked = false;
                pass();
            }
        }

        /** Passes on until there is nothing more or no room; after some rounds others have their turn. */
        void pass() {
            for (int round = 0; round < ROUNDS; round++) {
                if (closed || ended || blocked) {
                    return;
                }
                long count = from.peek(relay.chunkAddress(), Relay.CHUNK);
                if (count == -Errno.EAGAIN) {
                    return;
                }
                if (count == 0) {
                    ended = true;
                    to.shutdownOutput();
                    directionEnded();
                } else if (count > 0) {
                    sendOn((int) count);
                } else if (count != -Errno.EINTR) {
                    reset();
                }
            }
            relay.yieldThen(this::pass);
        }

        private void sendOn(int count) {
            long sent = to.send(relay.chunkAddress(), count);
            if (sent > 0) {
                from.discard((int) sent);
            } else if (sent == -Errno.EAGAIN) {
                blocked = true;
            } else if (sent != -Errno.EINTR) {
                reset();
            }
        }
    }
}
