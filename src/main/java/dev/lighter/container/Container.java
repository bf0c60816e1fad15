package dev.lighter.container;

import dev.lighter.launch.RunningContainer;
import dev.lighter.network.ContainerNeeds;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A container in memory: its latest state, its process while it runs, and who waits for it. Changes only under its lock. */
final class Container {
    final String id;
    final ReentrantLock lock = new ReentrantLock();
    final CompletableFuture<WaitResult> removed = new CompletableFuture<>();
    volatile String name;
    volatile ContainerSpec spec;
    volatile ContainerState state;
    /** The image whose layers it stands on, see {@link ContainerView}. */
    volatile String rootImageId;

    volatile @Nullable RunningContainer running;
    /** How long the last wait for a restart was, in milliseconds; 0 for none. Used by {@link Restarts}. */
    volatile long restartMillis;
    /** Which wait for a restart is the present one; a timer of an earlier one does nothing. Used by {@link Restarts}. */
    volatile long restartTurn;

    /** How many are about to start it anew, so that its end must not remove it. */
    volatile int keepers;
    /** Its probes while it runs. Used by {@link HealthChecks}. */
    volatile HealthChecks.@Nullable Watch health;

    volatile CompletableFuture<WaitResult> nextExit = new CompletableFuture<>();
    /** Completed when the container starts, replaced when it ends: for those who attach before. */
    volatile CompletableFuture<RunningContainer> started = new CompletableFuture<>();

    Container(ContainerView view) {
        this.id = view.id();
        this.name = view.name();
        this.spec = view.spec();
        this.state = view.state();
        this.rootImageId = view.rootImageId();
    }

    /** What it wants of its networks. */
    ContainerNeeds needs() {
        NetworkOptions options = spec.network();
        return new ContainerNeeds(name, NetworkChecks.bindings(options), EtcFiles.addresses(options.dns()));
    }

    /** What others on its networks know it by. */
    List<String> names() {
        String shortId = id.substring(0, 12);
        return Stream.of(name, shortId, spec.hostname()).distinct().toList();
    }

    ContainerView view() {
        return new ContainerView(id, name, spec, state, rootImageId);
    }
}
