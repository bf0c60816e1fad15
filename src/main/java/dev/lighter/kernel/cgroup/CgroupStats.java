package dev.lighter.kernel.cgroup;

/**
 * What the processes of one control group use at one moment. Zero where the machine lacks the controller.
 *
 * @param memoryBytes memory in use, page cache included
 * @param cpuNanos processor time used since the group was made
 * @param processes processes and threads alive
 */
public record CgroupStats(long memoryBytes, long cpuNanos, long processes) {}
