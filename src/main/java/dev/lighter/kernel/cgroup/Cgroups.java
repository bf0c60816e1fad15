package dev.lighter.kernel.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The control groups of this machine, as far as they are ours: one parent group, and one group per id below it. Safe for all threads. */
public final class Cgroups {
    /** Which versions of control groups the machine has mounted. */
    public enum Mode {
        V1,
        V2,
        HYBRID
    }

    private final Mode mode;
    private final List<Path> parents;

    Cgroups(Mode mode, List<Path> parents) {
        this.mode = mode;
        this.parents = parents;
    }

    /** Finds the hierarchies of this machine; our groups will live in {@code parentName} below this process's own group. */
    public static Cgroups detect(String parentName) throws IOException {
        throw new IOException("control groups are not available: no hierarchy for " + parentName);
    }

    /** The versions found. */
    public Mode mode() {
        return mode;
    }

    /** Makes the group of an id in all hierarchies, limits written. Leaves nothing behind when it fails. */
    public Cgroup create(String id, CgroupLimits limits) throws IOException {
        throw new IOException("control groups are not available for " + id + " with " + limits);
    }

    /** The group of an id, if any hierarchy has it. */
    public Optional<Cgroup> find(String id) throws IOException {
        return Optional.empty();
    }

    /** All ids that have a group in any hierarchy. */
    public List<String> list() throws IOException {
        return List.of();
    }

    /** Removes the parent group from all hierarchies; fails with EBUSY while it has groups. */
    public void removeParent() throws IOException {
        throw new IOException("nothing to remove in " + parents);
    }
}
