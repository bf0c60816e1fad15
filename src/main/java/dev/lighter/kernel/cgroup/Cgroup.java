package dev.lighter.kernel.cgroup;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Syscall;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The control group of one id, in all trees. Made by {@link Cgroups#create}, found again by {@link Cgroups#find}, gone after
 * {@link #remove}. Holds no descriptors; safe for all threads.
 */
public final class Cgroup {
    private static final Syscall PIDFD_OPEN = Syscall.named("pidfd_open");
    private static final Syscall PIDFD_SEND_SIGNAL = Syscall.named("pidfd_send_signal");
    private static final int SIGKILL = 9;
    /** What decides who is in which group; the limits are in other files. */
    private static final List<String> MEMBERSHIP =
            List.of("cgroup.procs", "cgroup.threads", "cgroup.subtree_control", "tasks");

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int KILL_ROUNDS = 50;

    private final String id;
    private final String parent;
    private final ControlFiles files;
    private final List<Hierarchy> hierarchies;
    private final List<Path> groups = new ArrayList<>();
    private final List<Path> taskFiles = new ArrayList<>();
    private final Map<String, Path> groupOf = new HashMap<>();
    private final @Nullable Path unified;
    private volatile @Nullable CgroupMeter meter;

    Cgroup(String id, String parent, ControlFiles files, List<Hierarchy> hierarchies) {
        this.id = id;
        this.parent = parent;
        this.files = files;
        this.hierarchies = hierarchies;
        Path found = null;
        for (Hierarchy hierarchy : hierarchies) {
            Path group = hierarchy.group(parent, id);
            groups.add(group);
            hierarchy.controllers().forEach(controller -> groupOf.put(controller, group));
            if (hierarchy instanceof V1Hierarchy) {
                taskFiles.add(group.resolve("tasks"));
            } else {
                found = group;
            }
        }
        this.unified = found;
    }

    /** The id it was made for. */
    public String id() {
        return id;
    }

    /** The version 1 files that a single-threaded process joins by writing {@code 0}; empty where only version 2 is used. */
    public List<Path> taskFiles() {
        return List.copyOf(taskFiles);
    }

    /** The version 2 directory to be born in (CLONE_INTO_CGROUP, clone3(2)); empty where version 2 is not used. */
    public Optional<Path> unifiedDirectory() {
        return Optional.ofNullable(unified);
    }

    /**
     * Lets a user make groups inside this one and move its processes between them, but not change its limits: delegation, as "Delegation
     * Containment" of the kernel's cgroup-v2 document describes it.
     *
     * @param uid the user, as the host numbers it
     * @param gid the group, as the host numbers it
     */
    public void delegate(int uid, int gid) throws ErrnoException {
        for (Path group : groups) {
            files.give(group, uid, gid);
            for (String file : MEMBERSHIP) {
                files.give(group.resolve(file), uid, gid);
            }
        }
    }

    /** How many processes of the group the kernel has killed for want of memory; 0 where memory is not controlled. */
    public long oomKills() throws IOException {
        Path group = groupOf.get("memory");
        if (group == null || !files.exists(group)) {
            return 0;
        }
        return files.readKey(group.resolve(group.equals(unified) ? "memory.events" : "memory.oom_control"), "oom_kill");
    }

    /** The ids of the processes in the group, as this process sees them; in any tree, for one that was half made or half removed. */
    public List<Integer> processes() throws IOException {
        Set<Integer> all = new LinkedHashSet<>();
        for (Path group : groups) {
            try {
                all.addAll(files.readProcesses(group.resolve("cgroup.procs")));
            } catch (ErrnoException e) {
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ENODEV)) {
                    throw e;
                }
            }
        }
        return List.copyOf(all);
    }

    /** Stops all processes; returns when they stand still, or fails after two seconds with all running again. */
    public void freeze() throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        requestFreeze(true);
        while (!isFrozen()) {
            if (System.nanoTime() > deadline) {
                thaw();
                throw new IOException("the processes of " + id + " did not stand still within two seconds:"
                        + " one of them waits in the kernel and cannot be interrupted; try again");
            }
            pause(1);
            if (unified == null) {
                // A process forked meanwhile is only caught by asking again.
                requestFreeze(true);
            }
        }
    }

    /** Lets the processes run again; does nothing when they do. */
    public void thaw() throws IOException {
        requestFreeze(false);
    }

    /** Whether somebody has asked for its processes to stand still, which they may not do yet. */
    public boolean isAskedToFreeze() throws IOException {
        if (!canFreeze()) {
            return false;
        }
        return unified != null
                ? files.read(unified.resolve("cgroup.freeze")).strip().equals("1")
                : !files.read(freezerState()).strip().equals("THAWED");
    }

    private boolean canFreeze() {
        Path freezer = groupOf.get("freezer");
        return unified != null ? files.exists(unified) : freezer != null && files.exists(freezer);
    }

    private void requestFreeze(boolean frozen) throws IOException {
        if (unified != null) {
            files.write(unified.resolve("cgroup.freeze"), frozen ? "1" : "0");
            return;
        }
        files.write(freezerState(), frozen ? "FROZEN" : "THAWED");
    }

    private boolean isFrozen() throws IOException {
        return unified != null
                ? files.readKey(unified.resolve("cgroup.events"), "frozen") == 1
                : files.read(freezerState()).strip().equals("FROZEN");
    }

    private Path freezerState() throws IOException {
        Path group = groupOf.get("freezer");
        if (group == null) {
            throw new IOException("the freezer controller is not available: mount it, for instance with"
                    + " `mount -t cgroup -o freezer cgroup /sys/fs/cgroup/freezer`");
        }
        return group.resolve("freezer.state");
    }

    /** Kills all processes with SIGKILL, frozen or not; returns when all have the signal, which is before they are gone. */
    public void killAll() throws IOException {
        if (unified != null && files.exists(unified)) {
            try {
                files.write(unified.resolve("cgroup.kill"), "1");
                thaw();
                return;
            } catch (ErrnoException e) {
                // Since Linux 5.14; before that one by one.
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
        Set<Integer> killed = new HashSet<>();
        if (canFreeze()) {
            try {
                // Nothing is forked while all stand still, so that one round reaches all.
                requestFreeze(true);
                signalAll(killed);
            } finally {
                thaw();
            }
        }
        for (int round = 0; round < KILL_ROUNDS && signalAll(killed); round++) {
            pause(1);
        }
    }

    /** Signals all that are not among the killed, and adds them; false when there were none. */
    private boolean signalAll(Set<Integer> killed) throws IOException {
        Map<Integer, Fd> targets = new HashMap<>();
        try {
            boolean found = false;
            for (int pid : processes()) {
                if (!killed.contains(pid)) {
                    found = true;
                    long fd = PIDFD_OPEN.raw(pid, 0, 0);
                    if (fd >= 0) {
                        targets.put(pid, Fd.of(fd));
                    } else if (fd != -Errno.ESRCH && fd != -Errno.EINVAL) {
                        throw PIDFD_OPEN.failure("pid " + pid, fd);
                    }
                }
            }
            // What is still in the group was no stranger with a recycled number when its descriptor was opened.
            Set<Integer> still = targets.isEmpty() ? Set.of() : Set.copyOf(processes());
            for (Map.Entry<Integer, Fd> target : targets.entrySet()) {
                if (!still.contains(target.getKey())) {
                    continue;
                }
                long result = PIDFD_SEND_SIGNAL.raw(target.getValue().number(), SIGKILL, 0);
                if (result < 0 && result != -Errno.ESRCH) {
                    throw PIDFD_SEND_SIGNAL.failure("SIGKILL", result);
                }
                killed.add(target.getKey());
            }
            return found;
        } finally {
            targets.values().forEach(Fd::close);
        }
    }

    /** Removes the group where that is possible at once, and says whether all of it is gone. Never waits. */
    public boolean tryRemove() throws IOException {
        boolean gone = true;
        for (Path group : groups) {
            gone &= tryRemove(group);
        }
        if (gone && !parent.isEmpty()) {
            hierarchies.forEach(hierarchy -> WantedParents.remove(hierarchy, parent));
        }
        return gone;
    }

    private boolean tryRemove(Path group) throws IOException {
        long result = files.removeDirectory(group);
        if (result == -Errno.EBUSY || result == -Errno.ENOTEMPTY) {
            // Processes with the right to may have made groups of their own inside.
            try (DirectoryStream<Path> inner = Files.newDirectoryStream(group, Files::isDirectory)) {
                for (Path child : inner) {
                    tryRemove(child);
                }
            } catch (NoSuchFileException e) {
                return true;
            }
            result = files.removeDirectory(group);
        }
        if (result == 0 || result == -Errno.ENOENT) {
            return true;
        }
        if (result == -Errno.EBUSY || result == -Errno.ENOTEMPTY) {
            return false;
        }
        throw new ErrnoException("rmdir", group.toString(), (int) -result);
    }

    /** Removes the group from all trees; waits up to two seconds for processes that are dying, then fails with EBUSY. */
    public void remove() throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long millis = 1;
        while (!tryRemove()) {
            if (System.nanoTime() > deadline) {
                Set<String> left = Set.copyOf(groups.stream()
                        .filter(files::exists)
                        .map(Path::toString)
                        .toList());
                throw new ErrnoException("rmdir", left + ", where processes " + processes() + " are left", Errno.EBUSY);
            }
            pause(millis);
            millis = Math.min(2 * millis, 50);
        }
    }

    /**
     * Changes the limits, only those that differ. What fails half-way is taken back, as far as the kernel lets it.
     *
     * @throws UnsupportedLimitException where the machine cannot keep one of them
     */
    public void limit(CgroupLimits before, CgroupLimits limits) throws IOException {
        List<Hierarchy> changed = new ArrayList<>(hierarchies.size());
        try {
            for (Hierarchy hierarchy : hierarchies) {
                changed.add(hierarchy);
                hierarchy.limit(hierarchy.group(parent, id), before, limits);
            }
        } catch (IOException | RuntimeException e) {
            for (Hierarchy hierarchy : changed) {
                try {
                    hierarchy.limit(hierarchy.group(parent, id), limits, before);
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
    }

    /** What the group uses now, in the few figures that are cheap to read. */
    public CgroupStats stats() throws IOException {
        return meter().stats();
    }

    /** All that the kernel has counted of the group. */
    public CgroupFigures figures() throws IOException {
        return meter().figures();
    }

    private CgroupMeter meter() {
        CgroupMeter known = meter;
        if (known == null) {
            known = new CgroupMeter(files, groupOf, unified);
            meter = known;
        }
        return known;
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the processes of a control group", e);
        }
    }

    @Override
    public String toString() {
        return "control group " + id;
    }
}
