package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * One version 1 tree, with one controller or several mounted together. What all groups share (processors and memory nodes to run on)
 * is written once, into the parent group, and inherited at mkdir. Rules for device files are each group's own: a group can never allow
 * what the group above it does not.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/">Control groups version 1</a>
 */
record V1Hierarchy(ControlFiles files, Path base, String parentName, Set<String> controllers) implements Hierarchy {
    /** All that Lighter makes groups in, where mounted. */
    static final List<String> WANTED =
            List.of("cpu", "cpuacct", "memory", "pids", "devices", "freezer", "blkio", "cpuset");

    @Override
    public Path parent() {
        return base.resolve(parentName);
    }

    @Override
    public void prepare() throws IOException {
        Path parent = parent();
        try {
            files.makeDirectory(parent);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        if (controllers.contains("cpuset")) {
            inherit("cpuset.cpus");
            inherit("cpuset.mems");
            files.write(parent.resolve("cgroup.clone_children"), "1");
        }
        if (controllers.contains("memory") && files.readNumber(parent.resolve("memory.use_hierarchy")) == 0) {
            files.write(parent.resolve("memory.use_hierarchy"), "1");
        }
    }

    @Override
    public void guardDevices(Path group, DeviceAccess access) throws IOException {
        if (!controllers.contains("devices") || access.everything()) {
            return;
        }
        files.write(group.resolve("devices.deny"), "a");
        files.writeAll(
                group.resolve("devices.allow"),
                access.rules().stream().map(DeviceRule::toString).toList());
    }

    /** No process may join a cpuset without processors and memory nodes, and a new one has none: take those of the group above. */
    private void inherit(String name) throws ErrnoException {
        Path own = parent().resolve(name);
        if (files.read(own).isBlank()) {
            files.write(own, files.read(base.resolve(name)).strip());
        }
    }

    /** Memory before memory with swap: the kernel never lets the second be less than the first. */
    @Override
    public void limitMemory(Path group, CgroupLimits limits) throws IOException {
        if (limits.memoryBytes() > 0) {
            files.write(group.resolve("memory.limit_in_bytes"), Long.toString(limits.memoryBytes()));
        }
        if (limits.memorySwapBytes() > 0) {
            try {
                files.write(group.resolve("memory.memsw.limit_in_bytes"), Long.toString(limits.memorySwapBytes()));
            } catch (ErrnoException e) {
                // A kernel without swap accounting has no such file; then memory alone is limited.
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
        if (limits.memoryReservationBytes() > 0) {
            files.write(group.resolve("memory.soft_limit_in_bytes"), Long.toString(limits.memoryReservationBytes()));
        }
    }

    @Override
    public void limitCpu(Path group, CgroupLimits limits) throws ErrnoException {
        if (limits.cpuShares() > 0) {
            files.write(group.resolve("cpu.shares"), Long.toString(limits.cpuShares()));
        }
        if (limits.cpuPeriodMicros() > 0) {
            files.write(group.resolve("cpu.cfs_period_us"), Long.toString(limits.cpuPeriodMicros()));
        }
        if (limits.cpuQuotaMicros() > 0) {
            files.write(group.resolve("cpu.cfs_quota_us"), Long.toString(limits.cpuQuotaMicros()));
        }
    }
}
