package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One version 1 tree, with one controller or several mounted together. What all groups share (processors and memory nodes to run on)
 * is written once, into the parent group, and inherited at mkdir. Rules for device files are each group's own: a group can never allow
 * what the group above it does not.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/">Control groups version 1</a>
 */
record V1Hierarchy(ControlFiles files, Path top, Path base, String parentName, Set<String> controllers)
        implements Hierarchy {
    /** All that Lighter makes groups in, where mounted. */
    static final List<String> WANTED =
            List.of("cpu", "cpuacct", "memory", "pids", "devices", "freezer", "blkio", "cpuset");

    private static final long USUAL_SHARES = 1024;
    private static final long USUAL_PERIOD_MICROS = 100_000;
    private static final int USUAL_WEIGHT = 100;

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
        prepareLevel(parent);
        if (controllers.contains("cpuset")) {
            files.write(parent.resolve("cgroup.clone_children"), "1");
        }
        if (controllers.contains("memory") && files.readNumber(parent.resolve("memory.use_hierarchy")) == 0) {
            files.write(parent.resolve("memory.use_hierarchy"), "1");
        }
    }

    /** No process may join a cpuset without processors and memory nodes, and a new one has none: it takes those of the group above. */
    @Override
    public void prepareLevel(Path group) throws IOException {
        if (controllers.contains("cpuset")) {
            inherit(group, "cpuset.cpus");
            inherit(group, "cpuset.mems");
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

    private void inherit(Path group, String name) throws ErrnoException {
        Path own = group.resolve(name);
        if (files.read(own).isBlank()) {
            files.write(own, files.read(group.resolveSibling(name)).strip());
        }
    }

    @Override
    public void settle(Path group) throws IOException {
        prepareLevel(group);
    }

    @Override
    public void limitMemory(Path group, CgroupLimits.Memory before, CgroupLimits.Memory limits) throws IOException {
        // The kernel never lets memory with swap be less than memory: whichever makes room for the other comes first.
        if (unlimitedIfZero(limits.bytes()) > unlimitedIfZero(before.bytes())) {
            limitSwap(group, before, limits);
            limitBytes(group, before, limits);
        } else {
            limitBytes(group, before, limits);
            limitSwap(group, before, limits);
        }
        if (before.reservationBytes() != limits.reservationBytes()) {
            files.write(group.resolve("memory.soft_limit_in_bytes"), bytes(limits.reservationBytes()));
        }
        if (before.swappiness() != limits.swappiness()) {
            String value = limits.swappiness() < 0
                    ? files.read(group.resolveSibling("memory.swappiness")).strip()
                    : Integer.toString(limits.swappiness());
            writeIfKnown(group, "memory.swappiness", value, "swappiness");
        }
        if (before.oomKillDisabled() != limits.oomKillDisabled()) {
            writeIfKnown(
                    group, "memory.oom_control", limits.oomKillDisabled() ? "1" : "0", "disabling the killing");
        }
    }

    private void limitBytes(Path group, CgroupLimits.Memory before, CgroupLimits.Memory limits) throws IOException {
        if (before.bytes() != limits.bytes()) {
            try {
                files.write(group.resolve("memory.limit_in_bytes"), bytes(limits.bytes()));
            } catch (ErrnoException e) {
                throw e.is(Errno.EBUSY) ? inUse(limits.bytes(), e) : e;
            }
        }
    }

    private static IOException inUse(long limit, ErrnoException cause) {
        return new IOException(
                "more memory than " + limit + " bytes is in use, and not all of it can be given back: choose a higher"
                        + " limit, or let the processes use less first",
                cause);
    }

    private void limitSwap(Path group, CgroupLimits.Memory before, CgroupLimits.Memory limits) throws IOException {
        if (before.swapBytes() == limits.swapBytes()) {
            return;
        }
        try {
            files.write(group.resolve("memory.memsw.limit_in_bytes"), bytes(limits.swapBytes()));
        } catch (ErrnoException e) {
            if (e.is(Errno.EBUSY)) {
                throw inUse(limits.swapBytes(), e);
            }
            // A kernel without swap accounting has no such file; then memory alone is limited.
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private static long unlimitedIfZero(long limit) {
        return limit <= 0 ? Long.MAX_VALUE : limit;
    }

    private static String bytes(long limit) {
        return Long.toString(limit > 0 ? limit : -1);
    }

    @Override
    public void limitCpu(Path group, CgroupLimits.Cpu before, CgroupLimits.Cpu limits) throws IOException {
        if (before.shares() != limits.shares()) {
            files.write(group.resolve("cpu.shares"), Long.toString(limits.shares() > 0 ? limits.shares() : USUAL_SHARES));
        }
        boolean period = before.periodMicros() != limits.periodMicros();
        boolean quota = before.quotaMicros() != limits.quotaMicros();
        if (period && before.quotaMicros() > 0) {
            // Old quota and new period together may be more than the group above has, or less than the kernel takes.
            files.write(group.resolve("cpu.cfs_quota_us"), "-1");
            quota = true;
        }
        if (period) {
            files.write(
                    group.resolve("cpu.cfs_period_us"),
                    Long.toString(limits.periodMicros() > 0 ? limits.periodMicros() : USUAL_PERIOD_MICROS));
        }
        if (quota) {
            files.write(
                    group.resolve("cpu.cfs_quota_us"),
                    Long.toString(limits.quotaMicros() > 0 ? limits.quotaMicros() : -1));
        }
        if (before.realtimePeriodMicros() != limits.realtimePeriodMicros()
                || before.realtimeRuntimeMicros() != limits.realtimeRuntimeMicros()) {
            new RealtimeTime(files).give(group, limits.realtimeRuntimeMicros(), limits.realtimePeriodMicros());
        }
    }

    @Override
    public void limitBlock(Path group, CgroupLimits.Block before, CgroupLimits.Block limits) throws IOException {
        if (before.equals(limits)) {
            return;
        }
        String weight = files.exists(group.resolve("blkio.bfq.weight")) ? "blkio.bfq.weight" : "blkio.weight";
        if (before.weight() != limits.weight()) {
            writeIfKnown(
                    group,
                    weight,
                    Integer.toString(limits.weight() > 0 ? limits.weight() : USUAL_WEIGHT),
                    "a weight of block devices");
        }
        limitDevices(group, weight + "_device", before.weights(), limits.weights());
        limitDevices(group, "blkio.throttle.read_bps_device", before.readBytes(), limits.readBytes());
        limitDevices(group, "blkio.throttle.write_bps_device", before.writeBytes(), limits.writeBytes());
        limitDevices(group, "blkio.throttle.read_iops_device", before.readOperations(), limits.readOperations());
        limitDevices(group, "blkio.throttle.write_iops_device", before.writeOperations(), limits.writeOperations());
    }

    private void limitDevices(Path group, String file, Map<String, Long> before, Map<String, Long> limits)
            throws IOException {
        for (String device : before.keySet()) {
            if (!limits.containsKey(device)) {
                writeIfKnown(group, file, device + " 0", "limits of block devices");
            }
        }
        for (Map.Entry<String, Long> limit : limits.entrySet()) {
            if (!limit.getValue().equals(before.get(limit.getKey()))) {
                writeIfKnown(group, file, limit.getKey() + " " + limit.getValue(), "limits of block devices");
            }
        }
    }
}
