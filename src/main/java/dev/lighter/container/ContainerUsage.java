package dev.lighter.container;

import dev.lighter.kernel.LinkCounters;
import dev.lighter.kernel.cgroup.CgroupStats;
import java.time.Instant;
import java.util.List;

/**
 * What a container uses at one moment, and has used since its start.
 *
 * @param time when it was read
 * @param stats what its control group counts; nothing when it does not run
 * @param memoryLimitBytes how much memory it may use; the machine's where it has no limit
 * @param links what went through its links; none on the host's network
 */
public record ContainerUsage(
        ContainerView container, Instant time, CgroupStats stats, long memoryLimitBytes, List<LinkCounters> links) {
    /** Bytes received on all links. */
    public long receivedBytes() {
        return links.stream().mapToLong(LinkCounters::receivedBytes).sum();
    }

    /** Bytes sent on all links. */
    public long sentBytes() {
        return links.stream().mapToLong(LinkCounters::sentBytes).sum();
    }
}
