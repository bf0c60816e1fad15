package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The control groups of this machine, as far as they are ours: one parent group in every tree, and one group per id below it. The
 * machine's own set-up decides between version 1, version 2 and both. The parent group is made at the first {@link #create} and
 * stays until {@link #removeParent}. Safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public final class Cgroups {
    /** Which versions of control groups the machine has mounted. */
    public enum Mode {
        V1,
        V2,
        HYBRID
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    private final Mode mode;
    private final ControlFiles files;
    private final List<Hierarchy> hierarchies;
    private final Set<String> controllers;
    private volatile boolean prepared;

    Cgroups(Mode mode, ControlFiles files, List<Hierarchy> hierarchies) {
        this.mode = mode;
        this.files = files;
        this.hierarchies = List.copyOf(hierarchies);
        this.controllers =
                hierarchies.stream().flatMap(h -> h.controllers().stream()).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Finds the trees of this machine from {@code /proc/self/cgroup} and {@code /proc/self/mountinfo}; our groups will live in
     * {@code parentName} below this process's own group ({@link HierarchyDetector} tells the exception). Changes nothing yet.
     */
    public static Cgroups detect(String parentName) throws IOException {
        return new HierarchyDetector(
                        new ControlFiles(),
                        new DevicePrograms(),
                        valid(parentName))
                .detect(
                        Files.readString(Path.of("/proc/self/cgroup")),
                        Files.readString(Path.of("/proc/self/mountinfo")));
    }

    /** The versions found. */
    public Mode mode() {
        return mode;
    }

    /** The controllers that groups are made with, such as {@code memory}. */
    public Set<String> controllers() {
        return controllers;
    }

    /** Our parent group, in every tree it is made in. */
    public List<Path> parents() {
        return hierarchies.stream().map(Hierarchy::parent).toList();
    }

    /**
     * Makes the group of an id in all trees, limits written. Leaves nothing behind when it fails: with EEXIST where the group is there
     * already, or with a sentence naming the controller that a limit needs and the machine lacks.
     */
    public Cgroup create(String id, CgroupLimits limits) throws IOException {
        return create(id, limits, DeviceAccess.USUAL);
    }

    /** As {@link #create(String, CgroupLimits)}, with device files of the caller's choice. */
    public Cgroup create(String id, CgroupLimits limits, DeviceAccess devices) throws IOException {
        valid(id);
        require(limits);
        if (!prepared) {
            prepare();
        }
        try {
            return make(id, limits, devices);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) || hierarchies.stream().allMatch(h -> files.exists(h.parent()))) {
                throw e;
            }
            // Somebody has removed our parent group.
            prepare();
            return make(id, limits, devices);
        }
    }

    private synchronized void prepare() throws IOException {
        for (Hierarchy hierarchy : hierarchies) {
            try {
                hierarchy.prepare();
            } catch (ErrnoException e) {
                if (e.is(Errno.EROFS) || e.is(Errno.EACCES) || e.is(Errno.EPERM)) {
                    throw new IOException(
                            "control groups cannot be made in " + hierarchy.parent()
                                    + ": start the engine as root, with /sys/fs/cgroup mounted writable ("
                                    + e.getMessage() + ")",
                            e);
                }
                throw e;
            }
        }
        prepared = true;
    }

    private Cgroup make(String id, CgroupLimits limits, DeviceAccess devices) throws IOException {
        List<Path> made = new ArrayList<>(hierarchies.size());
        try {
            for (Hierarchy hierarchy : hierarchies) {
                Path group = hierarchy.group(id);
                files.makeDirectory(group);
                made.add(group);
                hierarchy.limit(group, limits);
                hierarchy.guardDevices(group, devices);
            }
            return new Cgroup(id, files, hierarchies);
        } catch (IOException | RuntimeException e) {
            made.forEach(files::removeDirectory);
            throw e;
        }
    }

    private void require(CgroupLimits limits) throws IOException {
        if (limits.memoryBytes() > 0 || limits.memorySwapBytes() > 0 || limits.memoryReservationBytes() > 0) {
            require("memory", "a memory limit");
        }
        if (limits.cpuQuotaMicros() > 0 || limits.cpuPeriodMicros() > 0 || limits.cpuShares() > 0) {
            require("cpu", "a limit of processor time");
        }
        if (!limits.cpusetCpus().isEmpty() || !limits.cpusetMems().isEmpty()) {
            require("cpuset", "a choice of processors or memory nodes");
        }
        if (limits.pids() > 0) {
            require("pids", "a limit of processes");
        }
    }

    private void require(String controller, String wish) throws IOException {
        if (!controllers.contains(controller)) {
            throw new IOException("the " + controller + " controller is not available: do without " + wish
                    + ", or enable the controller on this machine (see /proc/cgroups; `cgroup_enable=" + controller
                    + "` on the kernel's command line, or mount it)");
        }
    }

    /** The group of an id, if any tree has it. */
    public Optional<Cgroup> find(String id) {
        valid(id);
        return hierarchies.stream().anyMatch(h -> files.exists(h.group(id)))
                ? Optional.of(new Cgroup(id, files, hierarchies))
                : Optional.empty();
    }

    /** All ids that have a group in any tree, in order. */
    public List<String> list() throws IOException {
        Set<String> ids = new TreeSet<>();
        for (Hierarchy hierarchy : hierarchies) {
            try (DirectoryStream<Path> groups = Files.newDirectoryStream(hierarchy.parent(), Files::isDirectory)) {
                groups.forEach(group -> ids.add(group.getFileName().toString()));
            } catch (NoSuchFileException e) {
                // No group was ever made in this tree.
                continue;
            }
        }
        return List.copyOf(ids);
    }

    /** Removes our parent group from all trees; fails with EBUSY while there are groups in it. */
    public synchronized void removeParent() throws IOException {
        prepared = false;
        for (Hierarchy hierarchy : hierarchies) {
            long result = files.removeDirectory(hierarchy.parent());
            if (result < 0 && result != -Errno.ENOENT) {
                throw new ErrnoException("rmdir", hierarchy.parent().toString(), (int) -result);
            }
        }
    }

    private static String valid(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name for a control group: " + name);
        }
        return name;
    }
}
