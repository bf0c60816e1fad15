package dev.lighter.network;

import dev.lighter.network.host.SharedNeed;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the host forwards packets, and remembers enough neighbours, while networks need it, and is as before when none does. The
 * default network needs it only while containers are on it. Safe for all threads.
 */
final class HostReadiness {
    private static final Logger LOG = LoggerFactory.getLogger(HostReadiness.class);
    private static final long LINGER_MILLIS = 2000;
    /** The kernel's own tables hold a thousand neighbours, and containers are each other's. */
    private static final int MANY = 300;

    /** Settings, when they are needed, and whether they are set. */
    private static final class Need {
        final SharedNeed settings;
        final BooleanSupplier isNeeded;
        volatile boolean met;

        Need(SharedNeed settings, BooleanSupplier isNeeded) {
            this.settings = settings;
            this.isNeeded = isNeeded;
        }
    }

    private final List<Need> needs;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lighter-settings");
        thread.setDaemon(true);
        return thread;
    });
    private boolean scheduled;

    HostReadiness(NetworkRegistry registry, SharedNeed forwarding4, SharedNeed forwarding6, SharedNeed neighbours) {
        this.needs = List.of(
                new Need(
                        forwarding4,
                        () -> anyForwards(registry, network -> network.view().ipv4())),
                new Need(
                        forwarding6,
                        () -> anyForwards(registry, network -> network.view().ipv6())),
                new Need(neighbours, () -> registry.addresses() > MANY));
    }

    private static boolean anyForwards(
            NetworkRegistry registry, java.util.function.Predicate<LiveNetwork> ofTheFamily) {
        return registry.networks().stream()
                .filter(network -> network.view().driver() == NetworkDriver.BRIDGE)
                .filter(network -> !network.view().internal())
                .filter(ofTheFamily)
                .anyMatch(network -> !network.view().predefined() || network.isPopulated());
    }

    /** A container is about to be on networks: what they need of the host is there when this returns. */
    void require(Collection<LiveEndpoint> endpoints) throws IOException {
        if (endpoints.stream().anyMatch(endpoint -> endpoint.network.view().driver() == NetworkDriver.BRIDGE)) {
            meet();
        }
    }

    /** Networks were made: what they need of the host is there when this returns. */
    void meet() throws IOException {
        for (Need need : needs) {
            if (!need.met && need.isNeeded.getAsBoolean()) {
                meet(need);
            }
        }
    }

    private synchronized void meet(Need need) throws IOException {
        if (!need.met) {
            try (HostLock lock = HostLock.acquire()) {
                need.settings.take();
                need.met = true;
            }
        }
    }

    /** Something has gone; what is not needed any more is put back after a while. */
    synchronized void released() {
        if (!scheduled && !timer.isShutdown() && needs.stream().anyMatch(need -> need.met)) {
            scheduled = true;
            timer.schedule(this::putBack, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void putBack() {
        scheduled = false;
        for (Need need : needs) {
            if (need.met && !need.isNeeded.getAsBoolean()) {
                try {
                    give(need);
                } catch (IOException e) {
                    LOG.error("Settings of the host are not put back: {}", e.getMessage());
                }
            }
        }
    }

    private void give(Need need) throws IOException {
        try (HostLock lock = HostLock.acquire()) {
            need.settings.give();
            need.met = false;
        }
    }

    /** Puts everything back at once. */
    synchronized void end() throws IOException {
        timer.shutdown();
        for (Need need : needs) {
            give(need);
        }
    }
}
