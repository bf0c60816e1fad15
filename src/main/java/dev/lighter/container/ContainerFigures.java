package dev.lighter.container;

import dev.lighter.kernel.LinkCounters;
import dev.lighter.kernel.MachineTime;
import dev.lighter.kernel.cgroup.CgroupFigures;
import java.time.Instant;
import java.util.List;

/**
 * All that is counted of a container that runs.
 *
 * @param time when it was read
 * @param machine what time the machine's processors have had by then
 * @param memoryLimitBytes how much memory it may use; the machine's where it has no limit
 * @param links what went through its links; none on the host's network
 */
public record ContainerFigures(
        Instant time,
        CgroupFigures group,
        MachineTime machine,
        long memoryLimitBytes,
        List<LinkCounters> links) {}
