package dev.lighter.kernel.cgroup;

import java.util.List;
import java.util.Map;

/** All that the kernel has counted of one control group since it was made. Parts of controllers that the machine lacks are empty or zero. */
public record CgroupFigures(Cpu cpu, Memory memory, Block block, Pids pids) {
    /**
     * Processor time.
     *
     * @param totalNanos used
     * @param perCpuNanos used on each processor; empty in version 2
     * @param kernelNanos used in kernel mode
     * @param userNanos used in user mode
     * @param periods how many periods with a quota have passed
     * @param throttledPeriods in how many of them the quota was used up
     * @param throttledNanos how long processes have had to wait because of that
     */
    public record Cpu(
            long totalNanos,
            List<Long> perCpuNanos,
            long kernelNanos,
            long userNanos,
            long periods,
            long throttledPeriods,
            long throttledNanos) {}

    /**
     * Memory, in bytes.
     *
     * @param usage in use, page cache included
     * @param maxUsage most ever in use; -1 in version 2
     * @param failures how often the limit was hit; -1 in version 2
     * @param limit the limit; {@code Long.MAX_VALUE} or nearly so for none
     * @param stats all lines of {@code memory.stat}
     */
    public record Memory(long usage, long maxUsage, long failures, long limit, Map<String, Long> stats) {}

    /**
     * Block devices.
     *
     * @param version1 whether there are counts of operations, which version 2 does not tell apart
     * @param serviceBytes bytes, by device and operation
     * @param serviced operations, by device and operation
     */
    public record Block(boolean version1, List<Entry> serviceBytes, List<Entry> serviced) {}

    /** One count of one device. The operation is worded as the kernel does. */
    public record Entry(int major, int minor, String operation, long value) {}

    /**
     * Processes and threads.
     *
     * @param limit the limit; 0 for none
     */
    public record Pids(long current, long limit) {}
}
