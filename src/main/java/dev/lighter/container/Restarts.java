package dev.lighter.container;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When containers start again by themselves: a while after they have ended, twice as long each time, and a short while again when they
 * have run for ten seconds. One thread for all. Safe for all threads.
 */
final class Restarts {
    private static final long SHORTEST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 60_000;
    private static final Duration GOOD_RUN = Duration.ofSeconds(10);

    private final Consumer<Container> again;
    private final List<Container> waiting = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lighter-restarts");
        thread.setDaemon(true);
        return thread;
    });
    private boolean open;

    /**
     * @param again starts a container, if it still is to be started; must not block for long
     */
    Restarts(Consumer<Container> again) {
        this.again = again;
    }

    /** All containers are settled: from now on they may start. */
    synchronized void begin() {
        open = true;
        waiting.forEach(this::schedule);
        waiting.clear();
    }

    /** A container has ended, and is to start again. To be called under its lock. */
    void ended(Container container) {
        ContainerState state = container.state;
        later(container, next(container.restartMillis, state.startedAt(), state.finishedAt()));
    }

    /** A container could not be started again, and that is to be tried once more. To be called under its lock. */
    void failed(Container container) {
        later(container, next(container.restartMillis, null, null));
    }

    private synchronized void later(Container container, long millis) {
        container.restartMillis = millis;
        if (open) {
            schedule(container);
        } else {
            waiting.add(container);
        }
    }

    /** How long to wait, after having waited {@code before} and run from one time to the other. */
    static long next(long before, @Nullable Instant startedAt, @Nullable Instant finishedAt) {
        boolean good = startedAt != null
                && finishedAt != null
                && Duration.between(startedAt, finishedAt).compareTo(GOOD_RUN) >= 0;
        return before == 0 || good ? SHORTEST_MILLIS : Math.min(2 * before, LONGEST_MILLIS);
    }

    private void schedule(Container container) {
        long turn = container.restartTurn + 1;
        container.restartTurn = turn;
        var ignored = timer.schedule(
                () -> {
                    if (container.restartTurn == turn) {
                        again.accept(container);
                    }
                },
                container.restartMillis,
                TimeUnit.MILLISECONDS);
    }

    /** No container starts again by itself any more. */
    void end() {
        timer.shutdownNow();
    }
}
