package dev.lighter.network.link;

import dev.lighter.kernel.netlink.route.RouteNetlink;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Namespaces that are made before they are asked for, so that a container's start need not wait for the kernel to make them. Who finds none
 * left makes one itself: under load the pool is no queue. What is in it goes with the engine. Safe for all threads.
 */
public final class NamespacePool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NamespacePool.class);
    private static final long AFTER_FAILURE_MILLIS = 1000;

    private final RouteNetlink host;
    private final LinkNames names;
    private final int size;
    private final Deque<PreparedNamespace> paired = new ArrayDeque<>();
    private final Deque<PreparedNamespace> bare = new ArrayDeque<>();
    private final Thread filler;
    private boolean closed;

    /**
     * An empty pool, which {@link #start} begins to fill.
     *
     * @param host speaks of the host's links; stays the caller's, who closes it after the pool
     * @param size how many of each kind are kept; 0 for none
     */
    public NamespacePool(RouteNetlink host, LinkNames names, int size) {
        this.host = host;
        this.names = names;
        this.size = size;
        this.filler = new Thread(this::fill, "lighter-namespaces");
        filler.setDaemon(true);
    }

    /** Begins to fill the pool. */
    public void start() {
        filler.start();
    }

    /** A namespace with nothing but loopback. */
    public PreparedNamespace takeBare() throws IOException {
        PreparedNamespace ready = take(bare);
        return ready == null ? PreparedNamespace.create() : ready;
    }

    /** A namespace with a pair of links. */
    public PreparedNamespace takePaired() throws IOException {
        PreparedNamespace ready = take(paired);
        return ready == null ? makePaired() : ready;
    }

    private PreparedNamespace makePaired() throws IOException {
        PreparedNamespace made = PreparedNamespace.create();
        try {
            made.makePair(host, names);
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private synchronized @Nullable PreparedNamespace take(Deque<PreparedNamespace> kind) {
        notifyAll();
        return kind.poll();
    }

    private void fill() {
        while (true) {
            Deque<PreparedNamespace> kind = awaitWant();
            if (kind == null) {
                return;
            }
            try {
                PreparedNamespace made = kind == paired ? makePaired() : PreparedNamespace.create();
                keep(kind, made);
            } catch (IOException | RuntimeException e) {
                LOG.error("A network namespace cannot be prepared: {}", e.getMessage());
                pause();
            }
        }
    }

    private synchronized void keep(Deque<PreparedNamespace> kind, PreparedNamespace made) {
        if (closed) {
            made.close();
        } else {
            kind.add(made);
        }
    }

    /** Waits until one is missing; gives its kind, or null at the end. */
    private synchronized @Nullable Deque<PreparedNamespace> awaitWant() {
        while (!closed) {
            if (paired.size() < size) {
                return paired;
            }
            if (bare.size() < size) {
                return bare;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        return null;
    }

    private synchronized void pause() {
        try {
            if (!closed) {
                wait(AFTER_FAILURE_MILLIS);
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            filler.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            paired.forEach(PreparedNamespace::close);
            bare.forEach(PreparedNamespace::close);
            paired.clear();
            bare.clear();
        }
    }
}
