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

    /** Writes those of the limits that belong to this tree's controllers. */
    void limit(Path group, CgroupLimits limits) throws IOException;

    /** The group of an id, which need not exist. */
    default Path group(String id) {
        return parent().resolve(id);
    }
}
