package dev.lighter.network;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.route.Link;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after links that should go with their namespace: a namespace lives on where somebody else has joined it, and then its links are
 * removed by name, which takes the kernel longer. Safe for all threads.
 */
final class LinkReaper {
    private static final Logger LOG = LoggerFactory.getLogger(LinkReaper.class);
    private static final long PATIENCE_MILLIS = 1500;

    private final HostNetwork host;
    private final Set<String> expected = new HashSet<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lighter-links");
        thread.setDaemon(true);
        return thread;
    });
    private boolean scheduled;

    LinkReaper(HostNetwork host) {
        this.host = host;
    }

    /** A link whose namespace is about to go. */
    synchronized void expectGone(String link) {
        if (link.isEmpty()) {
            return;
        }
        expected.add(link);
        if (!scheduled && !timer.isShutdown()) {
            scheduled = true;
            timer.schedule(this::look, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        Set<String> due;
        synchronized (this) {
            due = new HashSet<>(expected);
            expected.clear();
            scheduled = false;
        }
        try {
            for (Link link : host.allLinks()) {
                if (due.contains(link.name())) {
                    LOG.info("The link {} of an ended container is still there; it is removed", link.name());
                    host.delete(link.name());
                }
            }
        } catch (ErrnoException e) {
            LOG.error("Links of ended containers cannot be removed: {}", e.getMessage());
        }
    }

    /** Removes at once what is still there. */
    void end() {
        timer.shutdown();
        look();
    }
}
