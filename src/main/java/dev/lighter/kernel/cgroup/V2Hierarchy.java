package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The version 2 tree. A group that has controllers for its children must not have processes itself (only the root of the whole machine
 * may), and usually this process's own group has some. See {@link HierarchyDetector} for where the parent group is put because of that;
 * where it is the root of a control group namespace, its processes move to a leaf beside ours, as in Docker inside Docker.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control group version 2</a>
 */
record V2Hierarchy(ControlFiles files, Path base, String parentName, Set<String> controllers, DevicePolicy devices)
        implements Hierarchy {
    /** All that Lighter enables, where the machine has it. */
    static final List<String> WANTED = List.of("cpu", "cpuset", "io", "memory", "pids");

    private static final int MOVE_ROUNDS = 20;

    /** Puts rules for device files on a group and all below it. */
    interface DevicePolicy {
        /** To be called once for a group; what is attached goes with the group. */
        void attach(Path group, List<DeviceRule> rules) throws ErrnoException;
    }

    @Override
    public Path parent() {
        return base.resolve(parentName);
    }

    @Override
    public void prepare() throws IOException {
        enable(base);
        try {
            files.makeDirectory(parent());
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        enable(parent());
    }

    @Override
    public void guardDevices(Path group, DeviceAccess access) throws IOException {
        if (!access.everything()) {
            devices.attach(group, access.rules());
        }
    }

    private void enable(Path group) throws IOException {
        Path control = group.resolve("cgroup.subtree_control");
        Set<String> missing = new TreeSet<>(controllers);
        missing.removeAll(List.of(files.read(control).strip().split(" ")));
        if (missing.isEmpty()) {
            return;
        }
        String wish = "+" + String.join(" +", missing);
        try {
            files.write(control, wish);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
            makeRoom(group);
            try {
                files.write(control, wish);
            } catch (ErrnoException again) {
                throw new IOException(
                        "the controllers " + missing + " cannot be enabled in " + group
                                + " because it has processes of its own: start the engine in a control group"
                                + " of its own with Delegate=yes, or on the host itself",
                        again);
            }
        }
    }

    private void makeRoom(Path group) throws IOException {
        Path leaf = group.resolve(parentName + "-init");
        try {
            files.makeDirectory(leaf);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        for (int round = 0; round < MOVE_ROUNDS; round++) {
            List<Integer> processes = files.readProcesses(group.resolve("cgroup.procs"));
            if (processes.isEmpty()) {
                return;
            }
            for (int pid : processes) {
                try {
                    files.write(leaf.resolve("cgroup.procs"), Integer.toString(pid));
                } catch (ErrnoException e) {
                    // It has ended since it was listed.
                    if (!e.is(Errno.ESRCH)) {
                        throw e;
                    }
                }
            }
        }
    }

    @Override
    public void limitMemory(Path group, CgroupLimits limits) throws IOException {
        if (limits.memoryBytes() > 0) {
            files.write(group.resolve("memory.max"), Long.toString(limits.memoryBytes()));
        }
        if (limits.memorySwapBytes() > 0) {
            // Version 2 counts swap alone, not memory and swap together.
            long swap = limits.memorySwapBytes() - limits.memoryBytes();
            if (limits.memoryBytes() <= 0 || swap < 0) {
                throw new IOException("a limit of memory and swap of " + limits.memorySwapBytes()
                        + " bytes needs a memory limit that is not above it, not " + limits.memoryBytes());
            }
            try {
                files.write(group.resolve("memory.swap.max"), Long.toString(swap));
            } catch (ErrnoException e) {
                // A kernel without swap has no such file, and nothing to limit.
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
        if (limits.memoryReservationBytes() > 0) {
            files.write(group.resolve("memory.low"), Long.toString(limits.memoryReservationBytes()));
        }
    }

    @Override
    public void limitCpu(Path group, CgroupLimits limits) throws ErrnoException {
        if (limits.cpuShares() > 0) {
            files.write(group.resolve("cpu.weight"), Long.toString(weight(limits.cpuShares())));
        }
        if (limits.cpuQuotaMicros() > 0 || limits.cpuPeriodMicros() > 0) {
            String quota = limits.cpuQuotaMicros() > 0 ? Long.toString(limits.cpuQuotaMicros()) : "max";
            long period = limits.cpuPeriodMicros() > 0 ? limits.cpuPeriodMicros() : 100_000;
            files.write(group.resolve("cpu.max"), quota + " " + period);
        }
    }

    /**
     * Version 1 shares (2 to 262144, default 1024) as a version 2 weight (1 to 10000, default 100): a curve through both ends that
     * keeps default at default.
     */
    static long weight(long shares) {
        if (shares <= 2) {
            return 1;
        }
        if (shares >= 262_144) {
            return 10_000;
        }
        double log = Math.log(shares) / Math.log(2);
        return (long) Math.ceil(Math.pow(10, (log * log + 125 * log) / 612.0 - 7.0 / 34.0) - 1e-9);
    }
}
