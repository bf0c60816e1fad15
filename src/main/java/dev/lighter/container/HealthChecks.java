package dev.lighter.container;

import dev.lighter.container.ContainerHealth.Probed;
import dev.lighter.container.ContainerHealth.Verdict;
import dev.lighter.image.Healthcheck;
import dev.lighter.kernel.Fd;
import dev.lighter.launch.LaunchException;
import dev.lighter.launch.LaunchSpec;
import dev.lighter.launch.Probe;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes whether containers work, as they say themselves. One thread for all tells when, a few begin the probes, and none waits for their
 * ends. What turns or adds up is recorded at once; a further success only at the engine's end. Safe for all threads.
 */
final class HealthChecks {
    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
    private static final long USUAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long USUAL_START_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** What is kept of a probe's output, as Docker does. */
    private static final int MOST_OUTPUT = 4096;

    private static final int PROBERS = 4;
    /** Intervals are drawn out by up to this part of them, by each container differently, so that not all are probed at once. */
    private static final int SPREAD = 20;

    private final Surroundings around;
    private final Function<Container, LaunchSpec> launchSpecs;
    private final Consumer<Container> unhealthy;
    private final Map<String, ContainerHealth> unrecorded = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "lighter-health-timer");
        thread.setDaemon(true);
        return thread;
    });
    private final ExecutorService probers = Executors.newFixedThreadPool(PROBERS, task -> {
        Thread thread = new Thread(task, "lighter-health");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param launchSpecs gives what a container that runs was made from
     * @param unhealthy called once whenever a container has turned unhealthy; must not block
     */
    HealthChecks(Surroundings around, Function<Container, LaunchSpec> launchSpecs, Consumer<Container> unhealthy) {
        this.around = around;
        this.launchSpecs = launchSpecs;
        this.unhealthy = unhealthy;
        timer.setRemoveOnCancelPolicy(true);
    }

    /** The probes of one container from its start, or its going on, to its end or its next pause. */
    static final class Watch {
        private final RunningContainer running;
        private final Healthcheck check;
        private final List<String> command;
        private boolean over;
        private @Nullable Future<?> timer;
        private Runnable kill = () -> {};

        Watch(RunningContainer running, Healthcheck check, List<String> command) {
            this.running = running;
            this.check = check;
            this.command = command;
        }

        synchronized boolean isOver() {
            return over;
        }

        private synchronized void next(Future<?> next) {
            timer = next;
            if (over) {
                next.cancel(false);
            }
        }

        private synchronized void probing(Runnable itsKill) {
            kill = itsKill;
            if (over) {
                kill.run();
            }
        }

        private synchronized void end() {
            over = true;
            if (timer != null) {
                timer.cancel(false);
            }
            kill.run();
        }
    }

    /** The state of a container that is about to start: when it is probed, nothing is known any more. */
    static ContainerState unknown(Container container) {
        return container.spec.probe().isEmpty()
                ? container.state.withHealth(null)
                : container.state.withHealth(ContainerHealth.starting(container.state.health()));
    }

    /** A container runs from now on, and is probed after a while. To be called under its lock. */
    void begin(Container container) {
        watch(container, false);
    }

    /** A container was found running: its probes go on, all containers' spread over their intervals. To be called under its lock. */
    void goOn(Container container) {
        watch(container, true);
        ContainerHealth health = container.state.health();
        if (container.health != null && health != null && health.verdict() == Verdict.UNHEALTHY) {
            // What was to be done about it ends the run, and it has not ended.
            unhealthy.accept(container);
        }
    }

    private void watch(Container container, boolean spread) {
        end(container);
        RunningContainer running = container.running;
        Healthcheck check = container.spec.supervision().healthcheck();
        List<String> command = container.spec.probe();
        if (running == null || check == null || command.isEmpty()) {
            return;
        }
        Watch watch = new Watch(running, check, command);
        container.health = watch;
        long interval = interval(container, check);
        schedule(container, watch, spread ? share(container, interval) : interval);
    }

    /** A container does not run any more, or is frozen. To be called under its lock. */
    void end(Container container) {
        Watch watch = container.health;
        if (watch != null) {
            container.health = null;
            watch.end();
        }
    }

    private static long interval(Container container, Healthcheck check) {
        long usual = check.intervalNanos() == 0 ? USUAL_NANOS : check.intervalNanos();
        ContainerHealth health = container.state.health();
        Instant startedAt = container.state.startedAt();
        boolean starting = health != null
                && health.verdict() == Verdict.STARTING
                && startedAt != null
                && Duration.between(startedAt, Instant.now()).compareTo(Duration.ofNanos(check.startPeriodNanos())) < 0;
        if (!starting) {
            return usual;
        }
        return check.startIntervalNanos() == 0 ? USUAL_START_NANOS : check.startIntervalNanos();
    }

    /** Some part of a length of time, another one for each container. */
    private static long share(Container container, long nanos) {
        return (long) (nanos * (Integer.toUnsignedLong(container.id.hashCode()) / 0x1p32));
    }

    private void schedule(Container container, Watch watch, long delayNanos) {
        long delay = delayNanos + share(container, delayNanos / SPREAD);
        try {
            watch.next(
                    timer.schedule(() -> probers.execute(() -> probe(container, watch)), delay, TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            LOG.debug("The engine ends", e);
        }
    }

    private void probe(Container container, Watch watch) {
        if (watch.isOver()) {
            return;
        }
        Instant start = Instant.now();
        Probe probe;
        try (Fd process = watch.running.pidfd()) {
            try {
                probe = around.launcher()
                        .probe(launchSpecs.apply(container), command(container, watch), process, MOST_OUTPUT);
            } catch (LaunchException | RuntimeException e) {
                if (!process.awaitReadable(0)) {
                    found(container, watch, new Probed(start, Instant.now(), -1, String.valueOf(e.getMessage())));
                }
                return;
            }
        } catch (IOException e) {
            LOG.debug("Container {} has just ended", container.id, e);
            return;
        }
        watch.probing(probe::kill);
        long timeout = watch.check.timeoutNanos() == 0 ? USUAL_NANOS : watch.check.timeoutNanos();
        Future<?> end = timer.schedule(probe::kill, timeout, TimeUnit.NANOSECONDS);
        var ignored = probe.result()
                .thenAcceptAsync(
                        result -> {
                            boolean late = !end.cancel(false);
                            watch.probing(() -> {});
                            found(container, watch, probed(start, result, late, timeout));
                        },
                        probers);
    }

    private static LaunchSpec.Command command(Container container, Watch watch) {
        ContainerSpec spec = container.spec;
        return new LaunchSpec.Command(
                watch.command, spec.env(), spec.workingDirectory(), spec.user(), false, false, false);
    }

    private static Probed probed(Instant start, Probe.Result result, boolean late, long timeout) {
        String output = new String(result.output(), StandardCharsets.UTF_8).replace('\0', '\uFFFD')
                + (result.truncated() ? "..." : "");
        if (!late) {
            return new Probed(start, Instant.now(), result.exitCode(), output);
        }
        String words = "Health check exceeded timeout (" + shown(timeout) + ")";
        return new Probed(start, Instant.now(), -1, output.isEmpty() ? words : words + ": " + output);
    }

    /** As Docker writes lengths of time: {@code 1m30s}, {@code 1.5s}, {@code 200ms}. */
    private static String shown(long nanos) {
        if (nanos < TimeUnit.SECONDS.toNanos(1)) {
            return decimal(nanos, 6) + "ms";
        }
        long minutes = TimeUnit.NANOSECONDS.toMinutes(nanos);
        String seconds = decimal(nanos - TimeUnit.MINUTES.toNanos(minutes), 9) + "s";
        if (minutes == 0) {
            return seconds;
        }
        return (minutes >= 60 ? minutes / 60 + "h" : "") + minutes % 60 + "m" + seconds;
    }

    private static String decimal(long number, int places) {
        return BigDecimal.valueOf(number, places).stripTrailingZeros().toPlainString();
    }

    private void found(Container container, Watch watch, Probed probed) {
        ContainerHealth before;
        ContainerHealth now;
        container.lock.lock();
        try {
            before = container.state.health();
            if (watch.isOver() || before == null) {
                return;
            }
            now = before.after(probed, watch.check, container.state.startedAt());
            container.state = container.state.withHealth(now);
            if (now.verdict() != before.verdict() || now.failingStreak() != before.failingStreak()) {
                record(container, now);
            } else {
                unrecorded.put(container.id, now);
            }
            schedule(container, watch, interval(container, watch.check));
        } finally {
            container.lock.unlock();
        }
        if (now.verdict() != before.verdict()) {
            around.events().health(container.view(), now.verdict());
            if (now.verdict() == Verdict.UNHEALTHY) {
                unhealthy.accept(container);
            }
        }
    }

    private void record(Container container, ContainerHealth health) {
        unrecorded.remove(container.id);
        try {
            around.store().updateHealth(Map.of(container.id, health));
        } catch (RuntimeException e) {
            // The probes go on all the same; the next turn is recorded again.
            LOG.error("The health of container {} cannot be recorded: {}", container.id, e.getMessage());
        }
    }

    /** No container is probed any more; what probes found last is recorded. */
    void close() {
        timer.shutdownNow();
        probers.shutdown();
        for (Container container : around.registry().all()) {
            Watch watch = container.health;
            if (watch != null) {
                watch.end();
            }
        }
        unrecorded.keySet().removeIf(id -> !around.registry().has(id));
        if (!unrecorded.isEmpty()) {
            around.store().updateHealth(Map.copyOf(unrecorded));
        }
    }
}
