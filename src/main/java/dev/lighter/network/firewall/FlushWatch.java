package dev.lighter.network.firewall;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.nft.NftMonitor;
import dev.lighter.kernel.netlink.nft.NftMonitor.Transaction;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to what others do in the packet filter and has the table repaired when they have touched it: a host's own firewall flushes
 * everything when it is loaded anew. One thread of its own, until closed.
 */
final class FlushWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FlushWatch.class);
    /** Whoever loads many rules does so in several transactions. */
    private static final long QUIET_NANOS = 100_000_000L;

    private static final long LONGEST_WAIT_NANOS = 400_000_000L;
    private static final int LISTEN_MILLIS = 250;
    private static final int AFTER_FAILURE_MILLIS = 1000;

    private final NftMonitor monitor;
    private final Firewall firewall;
    private final Predicate<Transaction> foreign;
    private final Consumer<String> repaired;
    private final Thread thread;
    private volatile boolean closed;

    private FlushWatch(
            NftMonitor monitor, Firewall firewall, Predicate<Transaction> foreign, Consumer<String> repaired) {
        this.monitor = monitor;
        this.firewall = firewall;
        this.foreign = foreign;
        this.repaired = repaired;
        this.thread = new Thread(this::listen, "firewall-watch");
        thread.setDaemon(true);
    }

    /** Begins; the monitor is closed with this. */
    static FlushWatch start(NftMonitor monitor, Firewall firewall, Consumer<String> repaired) throws ErrnoException {
        try {
            FlushWatch watch = new FlushWatch(monitor, firewall, firewall.foreign(), repaired);
            watch.thread.start();
            return watch;
        } catch (ErrnoException e) {
            monitor.close();
            throw e;
        }
    }

    private void listen() {
        while (!closed) {
            try {
                Optional<Transaction> transaction = monitor.next(LISTEN_MILLIS);
                if (transaction.filter(foreign).isPresent()) {
                    awaitQuiet();
                    repair();
                }
            } catch (ErrnoException e) {
                if (!closed) {
                    log.warn("The packet filter cannot be listened to: {}", e.getMessage());
                    rest();
                }
            }
        }
    }

    /** Until nobody has touched the table for a while, but not for long. */
    private void awaitQuiet() throws ErrnoException {
        long end = System.nanoTime() + LONGEST_WAIT_NANOS;
        long quiet = System.nanoTime() + QUIET_NANOS;
        while (!closed && System.nanoTime() < Math.min(quiet, end)) {
            int left = (int) Math.max(1, (Math.min(quiet, end) - System.nanoTime()) / 1_000_000);
            if (monitor.next(left).filter(foreign).isPresent()) {
                quiet = System.nanoTime() + QUIET_NANOS;
            }
        }
    }

    private void repair() {
        while (!closed) {
            try {
                firewall.repair().ifPresent(what -> {
                    log.warn("Others changed the engine's packet filter table, repaired: {}", what);
                    repaired.accept(what);
                });
                return;
            } catch (ErrnoException e) {
                log.warn("The engine's packet filter table cannot be repaired yet: {}", e.getMessage());
                rest();
            }
        }
    }

    private void rest() {
        try {
            Thread.sleep(AFTER_FAILURE_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        monitor.close();
    }
}
