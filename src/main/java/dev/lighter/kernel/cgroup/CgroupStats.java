package dev.lighter.kernel.cgroup;

/**
 * What the processes of one control group use at one moment, and have used since it was made. Zero where the machine lacks the controller.
 *
 * @param memoryBytes memory in use, page cache included
 * @param inactiveFileBytes how much of it is page cache that the kernel takes away first
 * @param cpuNanos processor time used
 * @param processes processes and threads alive
 * @param readBytes bytes read from block devices
 * @param writtenBytes bytes written to block devices
 */
public record CgroupStats(
        long memoryBytes,
        long inactiveFileBytes,
        long cpuNanos,
        long processes,
        long readBytes,
        long writtenBytes) {
    /** Nothing: of a group whose processes have ended. */
    public static final CgroupStats NONE = new CgroupStats(0, 0, 0, 0, 0, 0);

    /** Memory in use that would not go without loss, as users understand it. */
    public long workingSetBytes() {
        return Math.max(0, memoryBytes - inactiveFileBytes);
    }
}
