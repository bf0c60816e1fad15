package dev.lighter.kernel.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The control group of one id, in all hierarchies. Lives until {@link #remove}; safe for all threads. */
public final class Cgroup {
    private final String id;

    Cgroup(String id) {
        this.id = id;
    }

    /** The id it was made for. */
    public String id() {
        return id;
    }

    /** The version 1 files that a single-threaded process joins by writing {@code 0}; empty where only version 2 is used. */
    public List<Path> taskFiles() {
        return List.of();
    }

    /** The version 2 directory to be born in (CLONE_INTO_CGROUP); empty where version 2 is not used. */
    public Optional<Path> unifiedDirectory() {
        return Optional.empty();
    }

    /** How many processes of the group the kernel has killed for want of memory. */
    public long oomKills() throws IOException {
        return 0;
    }

    /** The ids of the processes in the group. */
    public List<Integer> processes() throws IOException {
        return List.of();
    }

    /** Stops all processes; returns when they stand still. */
    public void freeze() throws IOException {
        throw new IOException("the freezer is not available");
    }

    /** Lets the processes run again. */
    public void thaw() throws IOException {
        throw new IOException("the freezer is not available");
    }

    /** Kills all processes with SIGKILL, frozen or not; returns when all have the signal. */
    public void killAll() throws IOException {
        throw new IOException("no processes");
    }

    /** Removes the group if that is possible at once; false while a process (or its zombie) is left. Never waits. */
    public boolean tryRemove() throws IOException {
        return true;
    }

    /** Removes the group from all hierarchies; waits shortly for dying processes, then fails with EBUSY. */
    public void remove() throws IOException {}

    /** What the group uses now. */
    public CgroupStats stats() throws IOException {
        return new CgroupStats(0, 0, 0);
    }
}
