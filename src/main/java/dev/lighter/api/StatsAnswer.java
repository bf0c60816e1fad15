package dev.lighter.api;

import dev.lighter.container.ContainerUsage;
import dev.lighter.container.ContainerView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a container uses as {@code /api} tells it: one reading, ready to be drawn. */
@Schema(name = "ContainerStats")
record StatsAnswer(
        @Schema(description = "64 hexadecimal digits") String id,
        @Schema(example = "calm_schooner") String name,

        @Schema(description = "When it was read")
        Instant time,

        @Schema(description = "All figures are zero when it does not run")
        boolean running,

        @Schema(description = "Processor time since the container started, in nanoseconds", example = "1500000000")
        long cpuNanos,

        @Schema(
                description =
                        "Processor time since the reading before on the same stream, in percent of one processor: 150"
                                + " is one and a half. Null for a first or single reading: compute it from cpuNanos"
                                + " and time of two",
                example = "49.8")
        @Nullable
        Double cpuPercent,

        @Schema(
                description = "How many processors it may use at most, in percent of one; the machine's where it has no"
                        + " limit",
                example = "50")
        double cpuLimitPercent,

        @Schema(description = "Memory in use, without page cache that the kernel takes away first", example = "12582912")
        long memoryBytes,

        @Schema(description = "That page cache", example = "4194304")
        long cacheBytes,

        @Schema(description = "The machine's memory where it has no limit", example = "268435456")
        long memoryLimitBytes,

        @Schema(description = "On all its links, since it started") long networkReceivedBytes,
        @Schema(description = "On all its links, since it started") long networkSentBytes,

        @Schema(description = "From block devices, since it started")
        long blockReadBytes,

        @Schema(description = "To block devices, since it started")
        long blockWrittenBytes,

        @Schema(description = "Processes and threads", example = "3")
        long processes,

        @Schema(description = "Null for no limit", example = "100") @Nullable
        Long processesLimit) {
    /** The answer to one reading; {@code before} is null when it is the first. */
    static StatsAnswer of(ContainerUsage usage, @Nullable ContainerUsage before) {
        ContainerView container = usage.container();
        Long pids = container.spec().resources().pidsLimit();
        return new StatsAnswer(
                container.id(),
                container.name(),
                usage.time(),
                container.state().isRunning(),
                usage.stats().cpuNanos(),
                before == null ? null : percent(usage, before),
                limit(container),
                usage.stats().workingSetBytes(),
                usage.stats().memoryBytes() - usage.stats().workingSetBytes(),
                usage.memoryLimitBytes(),
                usage.receivedBytes(),
                usage.sentBytes(),
                usage.stats().readBytes(),
                usage.stats().writtenBytes(),
                usage.stats().processes(),
                pids != null && pids > 0 ? pids : null);
    }

    static List<StatsAnswer> of(List<ContainerUsage> usages) {
        return usages.stream().map(usage -> of(usage, null)).toList();
    }

    /** Null when the container has started anew meanwhile. */
    private static @Nullable Double percent(ContainerUsage usage, ContainerUsage before) {
        long used = usage.stats().cpuNanos() - before.stats().cpuNanos();
        long passed = Duration.between(before.time(), usage.time()).toNanos();
        return used < 0 || passed <= 0 ? null : Math.round(1000.0 * used / passed) / 10.0;
    }

    private static double limit(ContainerView container) {
        double machine = 100.0 * Runtime.getRuntime().availableProcessors();
        Double cpus = LimitsAnswer.cpus(container.spec().resources());
        return cpus == null ? machine : Math.min(machine, 100 * cpus);
    }
}
