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

    private static final int PARENT_ATTEMPTS = 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    private final Mode mode;
    private final ControlFiles files;
    private final String parentName;
    private final List<Hierarchy> hierarchies;
    private final Set<String> controllers;
    private volatile boolean prepared;

    Cgroups(Mode mode, ControlFiles files, String parentName, List<Hierarchy> hierarchies) {
        this.mode = mode;
        this.files = files;
        this.parentName = parentName;
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

    /** Makes the group of an id in all trees below our own parent, with the usual device files. */
    public Cgroup create(String id, CgroupLimits limits) throws IOException {
        return create(id, "", limits, DeviceAccess.USUAL);
    }

    /**
     * Makes the group of an id in all trees, limits written. Leaves nothing behind when it fails: with EEXIST where the group is there
     * already, or with {@link UnsupportedLimitException} where the machine cannot keep a limit.
     *
     * @param parent the path of the group to make it in, which need not exist: from the top of each tree when it begins with a slash,
     *     otherwise from this process's own group; empty for our own parent group
     * @param devices the device files that its processes may use
     */
    public Cgroup create(String id, String parent, CgroupLimits limits, DeviceAccess devices) throws IOException {
        valid(id);
        require(limits);
        if (!parent.isEmpty()) {
            return createIn(requireParent(parent), id, limits, devices);
        }
        if (!prepared) {
            prepare();
        }
        try {
            return make(id, "", limits, devices);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) || hierarchies.stream().allMatch(h -> files.exists(h.parent()))) {
                throw e;
            }
            // Somebody has removed our parent group.
            prepare();
            return make(id, "", limits, devices);
        }
    }

    /** The last group in a parent may go, and the parent with it, while another is made. */
    private Cgroup createIn(String parent, String id, CgroupLimits limits, DeviceAccess devices) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                for (Hierarchy hierarchy : hierarchies) {
                    WantedParents.make(hierarchy, parent);
                }
                return make(id, parent, limits, devices);
            } catch (ErrnoException e) {
                if (!e.is(Errno.ENOENT) || attempt == PARENT_ATTEMPTS) {
                    hierarchies.forEach(hierarchy -> WantedParents.remove(hierarchy, parent));
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                hierarchies.forEach(hierarchy -> WantedParents.remove(hierarchy, parent));
                throw e;
            }
        }
    }

    /** Gives a path for a parent group as it is used. Fails with a sentence when it could lead out of the trees or among our own groups. */
    public String requireParent(String parent) {
        return WantedParents.checked(parent, Set.of(parentName, parentName + "-init"));
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

    private Cgroup make(String id, String parent, CgroupLimits limits, DeviceAccess devices) throws IOException {
        List<Path> made = new ArrayList<>(hierarchies.size());
        try {
            for (Hierarchy hierarchy : hierarchies) {
                Path group = hierarchy.group(parent, id);
                files.makeDirectory(group);
                made.add(group);
                if (!parent.isEmpty()) {
                    hierarchy.settle(group);
                }
                hierarchy.limit(group, CgroupLimits.NONE, limits);
                hierarchy.guardDevices(group, devices);
            }
            return new Cgroup(id, parent, files, hierarchies);
        } catch (IOException | RuntimeException e) {
            made.forEach(files::removeDirectory);
            throw e;
        }
    }

    /** Fails where the trees of this machine could not keep a limit, as far as that is known beforehand. */
    public void require(CgroupLimits limits) throws UnsupportedLimitException {
        CgroupLimits.Memory memory = limits.memory();
        if (!memory.equals(CgroupLimits.Memory.NONE)) {
            require("memory", "a memory limit");
        }
        CgroupLimits.Cpu cpu = limits.cpu();
        if (cpu.quotaMicros() > 0 || cpu.periodMicros() > 0 || cpu.shares() > 0) {
            require("cpu", "a limit of processor time");
        }
        if (!cpu.cpus().isEmpty() || !cpu.mems().isEmpty()) {
            require("cpuset", "a choice of processors or memory nodes");
        }
        if (limits.pids() > 0) {
            require("pids", "a limit of processes");
        }
        if (!limits.block().equals(CgroupLimits.Block.NONE)) {
            require(controllers.contains("io") ? "io" : "blkio", "limits of block devices");
        }
        if (cpu.realtimeRuntimeMicros() > 0 || cpu.realtimePeriodMicros() > 0) {
            require("cpu", "real-time limits");
            requireVersion1("cpu", "limits of real-time processes");
        }
        if (memory.swappiness() >= 0) {
            requireVersion1("memory", "swappiness of a group");
        }
        if (memory.oomKillDisabled()) {
            requireVersion1("memory", "a way to disable the killing of processes for want of memory");
        }
    }

    private void require(String controller, String wish) throws UnsupportedLimitException {
        if (!controllers.contains(controller)) {
            throw new UnsupportedLimitException("the " + controller + " controller is not available: do without " + wish
                    + ", or enable the controller on this machine (see /proc/cgroups; `cgroup_enable=" + controller
                    + "` on the kernel's command line, or mount it)");
        }
    }

    private void requireVersion1(String controller, String thing) throws UnsupportedLimitException {
        if (hierarchies.stream()
                .anyMatch(tree -> tree instanceof V2Hierarchy && tree.controllers().contains(controller))) {
            throw new UnsupportedLimitException(
                    "control groups of version 2, which this machine uses, have no " + thing + ": do without it");
        }
    }

    /** Whether memory and swap can be limited together. */
    public boolean accountsSwap() {
        for (Hierarchy hierarchy : hierarchies) {
            if (hierarchy.controllers().contains("memory")) {
                return hierarchy instanceof V1Hierarchy
                        ? files.exists(hierarchy.base().resolve("memory.memsw.limit_in_bytes"))
                        : !files.exists(hierarchy.parent()) || files.exists(hierarchy.parent().resolve("memory.swap.max"));
            }
        }
        return false;
    }

    /** The processors ({@code cpus}) or memory nodes ({@code mems}) that groups can be given, such as {@code 0-3}; empty where unknown. */
    public String available(String kind) throws IOException {
        for (Hierarchy hierarchy : hierarchies) {
            if (hierarchy.controllers().contains("cpuset")) {
                for (String name : List.of("cpuset." + kind + ".effective", "cpuset.effective_" + kind)) {
                    Path file = hierarchy.base().resolve(name);
                    if (files.exists(file)) {
                        return files.read(file).strip();
                    }
                }
            }
        }
        return "";
    }

    /** The group of an id below our own parent, if any tree has it. */
    public Optional<Cgroup> find(String id) {
        return find(id, "");
    }

    /** The group of an id below a parent as for {@link #create(String, String, CgroupLimits, DeviceAccess)}, if any tree has it. */
    public Optional<Cgroup> find(String id, String parent) {
        valid(id);
        String place = parent.isEmpty() ? "" : requireParent(parent);
        return hierarchies.stream().anyMatch(h -> files.exists(h.group(place, id)))
                ? Optional.of(new Cgroup(id, place, files, hierarchies))
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
