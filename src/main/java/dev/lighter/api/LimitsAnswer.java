package dev.lighter.api;

import dev.lighter.container.ContainerSpec;
import dev.lighter.container.ContainerView;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a container may use, and when it is started again, as {@code /api} tells it; null for no limit. */
@Schema(name = "Limits")
record LimitsAnswer(
        @Schema(example = "268435456") @Nullable Long memoryBytes,

        @Schema(description = "Memory and swap together; -1 for unlimited swap", example = "536870912") @Nullable
        Long memorySwapBytes,

        @Schema(description = "What it is pushed back to when the machine runs out") @Nullable
        Long memoryReservationBytes,

        @Schema(description = "Processors, in fractions too", example = "1.5") @Nullable
        Double cpus,

        @Schema(description = "Weight against others when processors are scarce") @Nullable
        Long cpuShares,

        @Schema(description = "The processors it may run on", example = "0-1") @Nullable
        String cpusetCpus,

        @Schema(description = "Processes and threads", example = "100") @Nullable
        Long pidsLimit,

        @Schema(description = "Weight on block devices") @Nullable
        Integer blockWeight,

        @Schema(example = "unless-stopped") String restartPolicy,

        @Schema(description = "How often on-failure tries; 0 for ever")
        int restartRetries) {
    private static final double NANOS = 1e9;
    private static final double USUAL_PERIOD = 100_000;

    static LimitsAnswer of(ContainerView container) {
        ContainerSpec.Resources limits = container.spec().resources();
        Long pids = limits.pidsLimit();
        int weight = limits.blockIo().weight();
        return new LimitsAnswer(
                nullIfZero(limits.memory()),
                nullIfZero(limits.memorySwap()),
                nullIfZero(limits.memoryReservation()),
                cpus(limits),
                nullIfZero(limits.cpuShares()),
                limits.cpusetCpus().isEmpty() ? null : limits.cpusetCpus(),
                pids != null && pids > 0 ? pids : null,
                weight == 0 ? null : weight,
                container.spec().supervision().restartPolicy(),
                container.spec().supervision().mostRetries());
    }

    /** However it was said: as processors, or as a quota of each period. */
    static @Nullable Double cpus(ContainerSpec.Resources limits) {
        if (limits.nanoCpus() > 0) {
            return limits.nanoCpus() / NANOS;
        }
        return limits.cpuQuota() <= 0
                ? null
                : limits.cpuQuota() / (limits.cpuPeriod() > 0 ? limits.cpuPeriod() : USUAL_PERIOD);
    }

    private static @Nullable Long nullIfZero(long limit) {
        return limit == 0 ? null : limit;
    }
}
