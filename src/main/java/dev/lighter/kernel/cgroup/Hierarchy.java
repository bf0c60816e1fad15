package dev.lighter.kernel.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** One tree of control groups: which controllers it has, where our parent group lies in it, and how it words limits. */
interface Hierarchy {
    /** The controllers that can be used in this tree, such as {@code memory}. */
    Set<String> controllers();

    /** Our parent group; one group per id lies below it. */
    Path parent();

    /** Makes the parent group and whatever its children inherit. May be called again at any time. */
    void prepare() throws IOException;

    /** Reads and writes the groups' files. */
    ControlFiles files();

    /** Writes the limits of memory, where this tree has that controller. */
    void limitMemory(Path group, CgroupLimits limits) throws IOException;

    /** Writes the limits of processor time, where this tree has that controller. */
    void limitCpu(Path group, CgroupLimits limits) throws IOException;

    /** Writes those of the limits that belong to this tree's controllers. */
    default void limit(Path group, CgroupLimits limits) throws IOException {
        if (controllers().contains("memory")) {
            limitMemory(group, limits);
        }
        if (controllers().contains("cpu")) {
            limitCpu(group, limits);
        }
        if (controllers().contains("cpuset")) {
            if (!limits.cpusetCpus().isEmpty()) {
                files().write(group.resolve("cpuset.cpus"), limits.cpusetCpus());
            }
            if (!limits.cpusetMems().isEmpty()) {
                files().write(group.resolve("cpuset.mems"), limits.cpusetMems());
            }
        }
        if (controllers().contains("pids") && limits.pids() > 0) {
            files().write(group.resolve("pids.max"), Long.toString(limits.pids()));
        }
    }

    /** Lets the processes of a new group use these device files and no others, where this tree guards them. */
    void guardDevices(Path group, DeviceAccess access) throws IOException;

    /** The group of an id, which need not exist. */
    default Path group(String id) {
        return parent().resolve(id);
    }
}
