package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** One tree of control groups: which controllers it has, where our parent group lies in it, and how it words limits. */
interface Hierarchy {
    /** The controllers that can be used in this tree, such as {@code memory}. */
    Set<String> controllers();

    /** Where the tree is mounted. */
    Path top();

    /** This process's own group, or the one that stands for it. */
    Path base();

    /** Our parent group; one group per id lies below it. */
    Path parent();

    /** Makes the parent group and whatever its children inherit. May be called again at any time. */
    void prepare() throws IOException;

    /** Makes a group, which is there, ready to have groups below it. May be called again at any time. */
    void prepareLevel(Path group) throws IOException;

    /** Gives a group, which does not lie below our parent group, what it would have inherited there. */
    void settle(Path group) throws IOException;

    /** Lets the processes of a new group use these device files and no others, where this tree guards them. */
    void guardDevices(Path group, DeviceAccess access) throws IOException;

    /** Reads and writes the groups' files. */
    ControlFiles files();

    /** Writes the limits of memory that differ, where this tree has that controller. */
    void limitMemory(Path group, CgroupLimits.Memory before, CgroupLimits.Memory limits) throws IOException;

    /** Writes the limits of processor time that differ, where this tree has that controller. */
    void limitCpu(Path group, CgroupLimits.Cpu before, CgroupLimits.Cpu limits) throws IOException;

    /** Writes the limits of block devices that differ, where this tree has that controller. */
    void limitBlock(Path group, CgroupLimits.Block before, CgroupLimits.Block limits) throws IOException;

    /** Writes those limits that belong to this tree's controllers and are not as before. */
    default void limit(Path group, CgroupLimits before, CgroupLimits limits) throws IOException {
        if (controllers().contains("memory")) {
            limitMemory(group, before.memory(), limits.memory());
        }
        if (controllers().contains("cpu")) {
            limitCpu(group, before.cpu(), limits.cpu());
        }
        if (controllers().contains("cpuset")) {
            limitCpuset(group, "cpuset.cpus", before.cpu().cpus(), limits.cpu().cpus());
            limitCpuset(group, "cpuset.mems", before.cpu().mems(), limits.cpu().mems());
        }
        if (controllers().contains("pids") && before.pids() != limits.pids()) {
            files().write(group.resolve("pids.max"), limits.pids() > 0 ? Long.toString(limits.pids()) : "max");
        }
        if (controllers().contains("blkio") || controllers().contains("io")) {
            limitBlock(group, before.block(), limits.block());
        }
    }

    private void limitCpuset(Path group, String file, String before, String after) throws IOException {
        if (!before.equals(after)) {
            Path above = group.resolveSibling(file);
            files().write(
                            group.resolve(file),
                            after.isEmpty() ? files().read(above).strip() : after);
        }
    }

    /** Writes a file that not every kernel has: where it is missing, says what to do without. */
    default void writeIfKnown(Path group, String file, String value, String wish) throws IOException {
        try {
            files().write(group.resolve(file), value);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) && files().exists(group)) {
                throw new UnsupportedLimitException(
                        "this machine's kernel has no " + file + " in its control groups: do without " + wish);
            }
            if (e.is(Errno.EOPNOTSUPP) || e.is(Errno.ENODEV)) {
                throw new UnsupportedLimitException("the kernel cannot set " + file + " to " + value + " ("
                        + Errno.describe(e.errno()) + "), as of a part of a disk, or of a disk whose scheduler keeps no"
                        + " weights: name a whole disk, or do without " + wish);
            }
            throw e;
        }
    }

    /** Where the group of an id lies that was asked for below {@code wanted}, see {@link Cgroups#create(String, String, CgroupLimits, DeviceAccess)}. */
    default Path group(String wanted, String id) {
        return wantedParent(wanted).resolve(id);
    }

    /** The parent that was asked for; ours when it is empty. */
    default Path wantedParent(String wanted) {
        if (wanted.isEmpty()) {
            return parent();
        }
        return wanted.startsWith("/") ? top().resolve(wanted.substring(1)) : base().resolve(wanted);
    }
}
