package dev.lighter.container;

import dev.lighter.container.ContainerSpec.BlockIo;
import dev.lighter.container.ContainerSpec.MemoryPressure;
import dev.lighter.container.ContainerSpec.Realtime;
import dev.lighter.container.ContainerSpec.Resources;
import dev.lighter.error.EngineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to change of a container's limits and supervision, as {@link Resources} has them. Null leaves it as it is, zero or an empty text
 * takes the limit away.
 */
public record ResourceChange(
        @Nullable Long memory,
        @Nullable Long memorySwap,
        @Nullable Long memoryReservation,
        @Nullable Long nanoCpus,
        @Nullable Long cpuQuota,
        @Nullable Long cpuPeriod,
        @Nullable Long cpuShares,
        @Nullable String cpusetCpus,
        @Nullable String cpusetMems,
        @Nullable Long realtimePeriod,
        @Nullable Long realtimeRuntime,
        @Nullable Long pidsLimit,
        @Nullable Integer blockWeight,
        @Nullable Supervision supervision) {
    /** What is asked for, alone: as if it were for a container without limits. */
    Resources alone() {
        return applied(new Resources(0, 0, 0, 0, 0, 0, 0, "", "", null, List.of()));
    }

    /** The limits after the change. Fails with Docker's words when it does not go together with what stays. */
    Resources appliedTo(Resources before) {
        Resources after = applied(before);
        Long newMemory = memory;
        if (newMemory != null && memorySwap == null && before.memorySwap() > 0 && newMemory > before.memorySwap()) {
            throw EngineException.conflict("Memory limit should be smaller than already set memoryswap limit, update"
                    + " the memoryswap at the same time");
        }
        if (after.memorySwap() > 0 && after.memorySwap() < after.memory()) {
            throw EngineException.invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        if (after.memorySwap() > 0 && after.memory() == 0) {
            throw EngineException.invalid(
                    "You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        if (after.nanoCpus() > 0 && (after.cpuPeriod() > 0 || after.cpuQuota() > 0)) {
            String other = after.cpuPeriod() > 0 ? "CPU Period" : "CPU Quota";
            throw EngineException.conflict(
                    nanoCpus != null
                            ? "Conflicting options: Nano CPUs cannot be updated as " + other + " has already been set"
                            : "Conflicting options: " + other + " cannot be updated as NanoCPUs has already been set");
        }
        Realtime realtime = after.realtime();
        if (realtime.period() > 0 && realtime.runtime() > realtime.period()) {
            throw EngineException.invalid("cpu real-time runtime cannot be higher than cpu real-time period");
        }
        return after;
    }

    private Resources applied(Resources before) {
        MemoryPressure pressure = before.memoryPressure();
        BlockIo block = before.blockIo();
        return new Resources(
                or(memory, before.memory()),
                or(memorySwap, before.memorySwap()),
                or(memoryReservation, before.memoryReservation()),
                or(nanoCpus, before.nanoCpus()),
                or(cpuQuota, before.cpuQuota()),
                or(cpuPeriod, before.cpuPeriod()),
                or(cpuShares, before.cpuShares()),
                cpusetCpus == null ? before.cpusetCpus() : cpusetCpus,
                cpusetMems == null ? before.cpusetMems() : cpusetMems,
                pidsLimit == null ? before.pidsLimit() : pidsLimit,
                before.ulimits(),
                pressure,
                new Realtime(
                        or(realtimePeriod, before.realtime().period()),
                        or(realtimeRuntime, before.realtime().runtime())),
                new BlockIo(
                        blockWeight == null ? block.weight() : blockWeight,
                        block.weights(),
                        block.readBps(),
                        block.writeBps(),
                        block.readIops(),
                        block.writeIops()),
                before.cgroupParent());
    }

    private static long or(@Nullable Long changed, long before) {
        return changed == null ? before : changed;
    }
}
