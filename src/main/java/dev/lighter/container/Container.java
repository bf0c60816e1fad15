package dev.lighter.container;

import dev.lighter.launch.RunningContainer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A container in memory: its latest state, its process while it runs, and who waits for it. Changes only under its lock. */
final class Container {
    final String id;
    final ContainerSpec spec;
    final ReentrantLock lock = new ReentrantLock();
    final CompletableFuture<WaitResult> removed = new CompletableFuture<>();
    volatile String name;
    volatile ContainerState state;
    volatile @Nullable RunningContainer running;
    volatile CompletableFuture<WaitResult> nextExit = new CompletableFuture<>();
    /** Completed when the container starts, replaced when it ends: for those who attach before. */
    volatile CompletableFuture<RunningContainer> started = new CompletableFuture<>();

    Container(ContainerView view) {
        this.id = view.id();
        this.name = view.name();
        this.spec = view.spec();
        this.state = view.state();
    }

    ContainerView view() {
        return new ContainerView(id, name, spec, state);
    }
}
