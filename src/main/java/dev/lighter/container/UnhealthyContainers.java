package dev.lighter.container;

import dev.lighter.container.ContainerHealth.Verdict;
import dev.lighter.error.EngineException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what containers want done when they turn unhealthy, on a few threads that end when there is nothing to do. Safe for all threads. */
final class UnhealthyContainers {
    private static final Logger LOG = LoggerFactory.getLogger(UnhealthyContainers.class);
    private static final int THREADS = 4;
    private static final int IDLE_SECONDS = 30;

    private final Surroundings around;
    private final Stopping stopping;
    private final Starting starting;
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "lighter-unhealthy");
                thread.setDaemon(true);
                return thread;
            });

    UnhealthyContainers(Surroundings around, Stopping stopping, Starting starting) {
        this.around = around;
        this.stopping = stopping;
        this.starting = starting;
        threads.allowCoreThreadTimeOut(true);
    }

    /** A container has turned unhealthy. */
    void turned(Container container) {
        UnhealthyAction action = UnhealthyAction.of(container.spec);
        if (action == UnhealthyAction.NONE) {
            return;
        }
        try {
            threads.execute(() -> act(container, action));
        } catch (RejectedExecutionException e) {
            LOG.debug("The engine ends; the next one finds container {} unhealthy", container.id, e);
        }
    }

    private void act(Container container, UnhealthyAction action) {
        ContainerState state = container.state;
        if (!state.isRunning() || state.health() == null || state.health().verdict() != Verdict.UNHEALTHY) {
            return;
        }
        around.events().unhealthyAction(container.view(), action);
        try {
            switch (action) {
                case RESTART -> starting.restart(container, null, null);
                case STOP -> stopping.stop(container.id, null, null);
                case KILL -> stopping.kill(container.id, "");
                case NONE -> {}
            }
        } catch (EngineException e) {
            LOG.warn("Container {} is unhealthy, and to {} it failed: {}", container.id, action.word(), e.getMessage());
        }
    }

    /** Nothing more is done. */
    void end() {
        threads.shutdownNow();
    }
}
