package dev.lighter.kernel.cgroup;

/**
 * What the processes of one control group may use. Zero means no limit or the kernel's default everywhere.
 *
 * @param memoryBytes most memory, in bytes
 * @param memorySwapBytes most memory and swap together, in bytes; -1 for unlimited swap
 * @param memoryReservationBytes soft limit, in bytes
 * @param cpuQuotaMicros processor time per period, in microseconds
 * @param cpuPeriodMicros length of a period, in microseconds
 * @param cpuShares relative weight, 2 to 262144 as in version 1 (1024 is the default)
 * @param cpusetCpus processors, such as {@code 0-3,5}; empty for all
 * @param cpusetMems memory nodes; empty for all
 * @param pids most processes and threads
 */
public record CgroupLimits(
        long memoryBytes,
        long memorySwapBytes,
        long memoryReservationBytes,
        long cpuQuotaMicros,
        long cpuPeriodMicros,
        long cpuShares,
        String cpusetCpus,
        String cpusetMems,
        long pids) {
    /** No limits at all. */
    public static final CgroupLimits NONE = new CgroupLimits(0, 0, 0, 0, 0, 0, "", "", 0);
}
