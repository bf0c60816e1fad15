package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The version 2 tree. A group that has controllers for its children must not have processes itself (only the root of the whole machine
 * may), and usually this process's own group has some. See {@link HierarchyDetector} for where the parent group is put because of that;
 * where it is the root of a control group namespace, its processes move to a leaf beside ours, as in Docker inside Docker.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control group version 2</a>
 */
record V2Hierarchy(
        ControlFiles files,
        Path top,
        Path base,
        String parentName,
        Set<String> controllers,
        DevicePolicy devices)
        implements Hierarchy {
    /** All that Lighter enables, where the machine has it. */
    static final List<String> WANTED = List.of("cpu", "cpuset", "io", "memory", "pids");

    private static final int MOVE_ROUNDS = 20;
    private static final long USUAL_WEIGHT = 100;
    private static final long USUAL_PERIOD_MICROS = 100_000;
    private static final long NO_LIMIT = -1;

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

    @Override
    public void prepareLevel(Path group) throws IOException {
        enable(group);
    }

    /** A group inherits all of what it needs. */
    @Override
    public void settle(Path group) {}

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
    public void limitMemory(Path group, CgroupLimits.Memory before, CgroupLimits.Memory limits) throws IOException {
        if (before.bytes() != limits.bytes()) {
            requireRoom(group, limits.bytes());
            files.write(group.resolve("memory.max"), bytes(limits.bytes()));
        }
        long swap = swapAlone(limits);
        if (swapAlone(before) != swap) {
            try {
                files.write(group.resolve("memory.swap.max"), swap == NO_LIMIT ? "max" : Long.toString(swap));
            } catch (ErrnoException e) {
                // A kernel without swap has no such file, and nothing to limit.
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
        if (before.reservationBytes() != limits.reservationBytes()) {
            files.write(group.resolve("memory.low"), Long.toString(limits.reservationBytes()));
        }
    }

    /** Version 1 refuses a limit below what is in use; version 2 would kill. */
    private void requireRoom(Path group, long limit) throws IOException {
        if (limit > 0) {
            long used = files.readNumber(group.resolve("memory.current"));
            if (used > limit) {
                throw new IOException("more memory than " + limit + " bytes is in use, " + used
                        + ": choose a higher limit, or let the processes use less first");
            }
        }
    }

    /** Version 2 counts swap alone, not memory and swap together. */
    private static long swapAlone(CgroupLimits.Memory limits) throws IOException {
        if (limits.swapBytes() <= 0) {
            return NO_LIMIT;
        }
        long swap = limits.swapBytes() - limits.bytes();
        if (limits.bytes() <= 0 || swap < 0) {
            throw new IOException("a limit of memory and swap of " + limits.swapBytes()
                    + " bytes needs a memory limit that is not above it, not " + limits.bytes());
        }
        return swap;
    }

    private static String bytes(long limit) {
        return limit > 0 ? Long.toString(limit) : "max";
    }

    @Override
    public void limitCpu(Path group, CgroupLimits.Cpu before, CgroupLimits.Cpu limits) throws ErrnoException {
        if (before.shares() != limits.shares()) {
            files.write(
                    group.resolve("cpu.weight"),
                    Long.toString(limits.shares() > 0 ? weight(limits.shares()) : USUAL_WEIGHT));
        }
        if (before.quotaMicros() != limits.quotaMicros() || before.periodMicros() != limits.periodMicros()) {
            String quota = limits.quotaMicros() > 0 ? Long.toString(limits.quotaMicros()) : "max";
            long period = limits.periodMicros() > 0 ? limits.periodMicros() : USUAL_PERIOD_MICROS;
            files.write(group.resolve("cpu.max"), quota + " " + period);
        }
    }

    @Override
    public void limitBlock(Path group, CgroupLimits.Block before, CgroupLimits.Block limits) throws IOException {
        if (before.equals(limits)) {
            return;
        }
        boolean bfq = files.exists(group.resolve("io.bfq.weight"));
        String file = bfq ? "io.bfq.weight" : "io.weight";
        if (before.weight() != limits.weight()) {
            long weight = limits.weight() > 0 ? limits.weight() : USUAL_WEIGHT;
            writeIfKnown(
                    group,
                    file,
                    "default " + (bfq || limits.weight() <= 0 ? weight : blockWeight(weight)),
                    "a weight of block devices");
        }
        for (String device : devices(before.weights(), limits.weights())) {
            Long weight = limits.weights().get(device);
            if (!Objects.equals(before.weights().get(device), weight)) {
                String value = weight == null ? "default" : Long.toString(bfq ? weight : blockWeight(weight));
                writeIfKnown(group, file, device + " " + value, "weights of block devices");
            }
        }
        Map<String, String> old = throttles(before);
        Map<String, String> now = throttles(limits);
        for (String device : devices(old, now)) {
            String wanted = now.getOrDefault(device, " rbps=max wbps=max riops=max wiops=max");
            if (!wanted.equals(old.get(device))) {
                writeIfKnown(group, "io.max", device + wanted, "limits of block devices");
            }
        }
    }

    private static Set<String> devices(Map<String, ?> before, Map<String, ?> after) {
        Set<String> all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        return all;
    }

    /** What {@code io.max} is to say of each device, beginning with a space. */
    private static Map<String, String> throttles(CgroupLimits.Block limits) {
        Map<String, String> throttles = new TreeMap<>();
        add(throttles, "rbps", limits.readBytes());
        add(throttles, "wbps", limits.writeBytes());
        add(throttles, "riops", limits.readOperations());
        add(throttles, "wiops", limits.writeOperations());
        return throttles;
    }

    private static void add(Map<String, String> throttles, String key, Map<String, Long> limits) {
        limits.forEach((device, rate) ->
                throttles.merge(device, " " + key + "=" + (rate == 0 ? "max" : rate), String::concat));
    }

    /** A weight of version 1 (10 to 1000) as one of {@code io.weight} (1 to 10000), both ends kept. */
    static long blockWeight(long weight) {
        return 1 + (weight - 10) * 9999 / 990;
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
