package dev.lighter.kernel.cgroup;

import java.util.Map;

/**
 * What the processes of one control group may use. Zero means no limit or the kernel's default everywhere, unless it says otherwise.
 *
 * @param pids most processes and threads
 */
public record CgroupLimits(Memory memory, Cpu cpu, Block block, long pids) {
    /** No limits at all. */
    public static final CgroupLimits NONE = new CgroupLimits(Memory.NONE, Cpu.NONE, Block.NONE, 0);

    /**
     * Limits of memory.
     *
     * @param bytes most memory
     * @param swapBytes most memory and swap together; -1 for unlimited swap
     * @param reservationBytes what it is pushed back to when the machine runs out
     * @param swappiness 0 to 100, how readily it is swapped; -1 for the kernel's default
     * @param oomKillDisabled whether processes wait for memory instead of being killed
     */
    public record Memory(
            long bytes, long swapBytes, long reservationBytes, int swappiness, boolean oomKillDisabled) {
        /** No limits of memory. */
        public static final Memory NONE = new Memory(0, 0, 0, -1, false);
    }

    /**
     * Limits of processors.
     *
     * @param quotaMicros processor time per period, in microseconds
     * @param periodMicros length of a period, in microseconds
     * @param shares relative weight, 2 to 262144 as in version 1 (1024 is the default)
     * @param realtimeRuntimeMicros time per real-time period for real-time processes, in microseconds
     * @param realtimePeriodMicros length of a real-time period, in microseconds
     * @param cpus processors, such as {@code 0-3,5}; empty for all
     * @param mems memory nodes; empty for all
     */
    public record Cpu(
            long quotaMicros,
            long periodMicros,
            long shares,
            long realtimeRuntimeMicros,
            long realtimePeriodMicros,
            String cpus,
            String mems) {
        /** No limits of processors. */
        public static final Cpu NONE = new Cpu(0, 0, 0, 0, 0, "", "");
    }

    /**
     * Limits of block devices, which are named by their numbers, as {@code 8:0}.
     *
     * @param weight relative weight, 10 to 1000
     * @param weights relative weights on single devices
     * @param readBytes bytes to read per second
     * @param writeBytes bytes to write per second
     * @param readOperations reads per second
     * @param writeOperations writes per second
     */
    public record Block(
            int weight,
            Map<String, Long> weights,
            Map<String, Long> readBytes,
            Map<String, Long> writeBytes,
            Map<String, Long> readOperations,
            Map<String, Long> writeOperations) {
        /** No limits of block devices. */
        public static final Block NONE = new Block(0, Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** The same with other limits of memory. */
    public CgroupLimits with(Memory other) {
        return new CgroupLimits(other, cpu, block, pids);
    }

    /** The same with other limits of processors. */
    public CgroupLimits with(Cpu other) {
        return new CgroupLimits(memory, other, block, pids);
    }

    /** The same with other limits of block devices. */
    public CgroupLimits with(Block other) {
        return new CgroupLimits(memory, cpu, other, pids);
    }

    /** The same with another limit of processes. */
    public CgroupLimits withPids(long other) {
        return new CgroupLimits(memory, cpu, block, other);
    }
}
