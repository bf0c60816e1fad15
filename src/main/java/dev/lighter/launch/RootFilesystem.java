package dev.lighter.launch;

import static dev.lighter.launch.Arg.NULL;
import static dev.lighter.launch.Arg.ZERO;
import static dev.lighter.launch.Arg.number;
import static dev.lighter.launch.Flags.AT_FDCWD;
import static dev.lighter.launch.Flags.NO_DATA;
import static dev.lighter.launch.Flags.octal;

import dev.lighter.launch.LaunchIsolation.Space;
import dev.lighter.launch.Step.Label;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a container's program that makes its root: the overlay becomes {@code /}, the kernel's filesystems are mounted in it, what
 * belongs to the host is masked. Everything after {@code pivot_root} resolves inside the new root, so that links in an image lead nowhere
 * else.
 */
final class RootFilesystem {
    private static final int OPEN_TREE_CLONE_CLOEXEC = 1 | 02000000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int MNT_DETACH = 2;
    private static final long S_IFREG = 0100000;
    private static final int TTY_GROUP = 5;
    private static final Arg AT_SYMLINK_NOFOLLOW = Arg.named(0x100, "AT_SYMLINK_NOFOLLOW");

    /** What the engine writes for each container, and where it is seen unless something else is mounted there. */
    private static final SortedMap<String, String> GENERATED = new TreeMap<>(Map.of(
            ContainerFiles.HOSTNAME, "/etc/hostname",
            ContainerFiles.HOSTS, "/etc/hosts",
            ContainerFiles.RESOLV_CONF, "/etc/resolv.conf"));

    private record Generated(String file, String target, Data tree) {}

    private final ProgramBuilder program;
    private final LaunchSpec spec;
    private final ProgramFacts facts;
    private final Data opened;
    private final Data terminals;
    private final LaunchIsolation isolation;
    private final DeviceNodes devices;
    private final MaskedPaths masks;
    private final PreparedMounts mounts;

    private RootFilesystem(
            ProgramBuilder program, LaunchSpec spec, ProgramFacts facts, Data terminals, PreparedMounts mounts) {
        this.mounts = mounts;
        this.program = program;
        this.spec = spec;
        this.facts = facts;
        this.terminals = terminals;
        this.opened = program.zeros(8);
        this.isolation = spec.isolation();
        this.devices = new DeviceNodes(program, facts.devices());
        this.masks = new MaskedPaths(program, isolation.files());
    }

    /**
     * Writes the calls.
     *
     * @param terminals where the descriptor of the filesystem of terminals is, if the container has a terminal
     * @param sharedMemory where that of another's shared memory is; null where it has its own or the host's
     * @param mounts what else is mounted
     */
    static void write(
            ProgramBuilder program,
            LaunchSpec spec,
            ProgramFacts facts,
            Data terminals,
            @Nullable Data sharedMemory,
            PreparedMounts mounts) {
        new RootFilesystem(program, spec, facts, terminals, mounts).write(sharedMemory);
    }

    private void write(@Nullable Data othersMemory) {
        program.call("umask", ZERO);
        mount(null, "/", null, Flags.MS_REC | Flags.MS_PRIVATE, "MS_REC|MS_PRIVATE", null)
                .why("mounts made from here on stay in the container");
        List<Generated> generated = new ArrayList<>();
        GENERATED.forEach((file, target) -> {
            if (mounts.all().stream().noneMatch(mount -> mount.target().equals(target))) {
                generated.add(generated(file, target));
            }
        });
        Shared shared = shared();
        Data sharedMemory = isolation.namespaces().ipc() == Space.HOST
                        && isolation.namespaces().sharedMemory()
                ? openTree("/dev/shm")
                : othersMemory;
        streams();
        pivot();
        // Before there is a /proc, through whose links a path could lead back to the host.
        devices.makeElsewhere();
        kernelFilesystems(shared, sharedMemory);
        cgroups(shared);
        mounts(generated);
        parameters();
        masks.write();
        if (!spec.openStdin() && !spec.terminal()) {
            program.call("openat", AT_FDCWD, program.string("/dev/null"), Flags.READ_CLOEXEC, ZERO)
                    .into(opened, 0);
            program.call("dup3", Arg.valueAt(opened, 0, "fd"), number(0), ZERO)
                    .why("standard input is the container's own null device");
        }
        // From here on no descriptor leads to the host: a working directory such as /proc/self/fd/5 finds nothing.
        if (spec.ids().isMapped()) {
            program.call("dup3", number(mounts.afterLast()), number(Privileges.USERS), Flags.CLOEXEC)
                    .why("the user namespace that it will join, in place of what led to the engine");
        } else {
            program.call("close", number(Descriptors.CONTROL));
        }
        program.call("close_range", number(Descriptors.REPORTS + 1), Arg.named(0xFFFF_FFFFL, "~0"), ZERO)
                .why("closes every descriptor of the host, so that no path leads back to it");
        if (spec.readOnlyRoot()) {
            mount(
                            null,
                            "/",
                            null,
                            Flags.MS_REMOUNT | Flags.MS_BIND | Flags.MS_RDONLY,
                            "MS_REMOUNT|MS_BIND|MS_RDONLY",
                            null)
                    .why("the root filesystem is read-only");
        }
        workingDirectory();
    }

    private Generated generated(String file, String target) {
        return new Generated(file, target, openTree(file));
    }

    /** Directories of one filesystem in memory, each a mount of its own that is attached nowhere yet. */
    private record Shared(Data devices, Data cgroups) {}

    /** One filesystem for all that needs memory: every further one would cost each control group of the machine a little. */
    private Shared shared() {
        mount(
                        "tmpfs",
                        ContainerFiles.LOG,
                        "tmpfs",
                        Flags.MS_NOSUID | Flags.MS_STRICTATIME,
                        "MS_NOSUID|MS_STRICTATIME",
                        "mode=755,size=65536k" + owner())
                .why("a filesystem in memory, for a moment in a directory that the container will not see");
        Data devices = part("dev", this::deviceDirectory);
        Data cgroups = part("cgroup", this::cgroupDirectories);
        String empty = ContainerFiles.LOG + "/empty";
        makeDirectory(empty);
        masks.prepare(() -> openTree(empty));
        return new Shared(devices, cgroups);
    }

    /** Further options of a filesystem in memory that the container's root owns. */
    private String owner() {
        int root = spec.ids().toHost(0);
        return spec.ids().isMapped() ? ",uid=" + root + ",gid=" + root : "";
    }

    private Data part(String name, Consumer<String> contents) {
        String path = ContainerFiles.LOG + "/" + name;
        makeDirectory(path);
        contents.accept(path);
        return openTree(path);
    }

    private Data openTree(String path) {
        Data tree = program.zeros(8);
        program.call(
                        "open_tree",
                        AT_FDCWD,
                        program.string(path),
                        Arg.named(OPEN_TREE_CLONE_CLOEXEC, "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC"))
                .into(tree, 0);
        return tree;
    }

    private Step moveTree(Data tree, String target) {
        return moveTree(program, tree, target);
    }

    /** Attaches a mount that is attached nowhere. */
    static Step moveTree(ProgramBuilder program, Data tree, String target) {
        return program.call(
                "move_mount",
                Arg.valueAt(tree, 0, "fd"),
                program.string(""),
                AT_FDCWD,
                program.string(target),
                Arg.named(MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"));
    }

    private void streams() {
        if (spec.terminal()) {
            TerminalCalls.become(program, number(Descriptors.TERMINAL));
            if (isolation.consoleRows() > 0 && isolation.consoleColumns() > 0) {
                TerminalCalls.resize(program, isolation.consoleRows(), isolation.consoleColumns());
            }
            program.call(
                            "fchown",
                            number(0),
                            number(spec.ids().toHost(facts.uid())),
                            number(spec.ids().toHost(TTY_GROUP)))
                    .why("the terminal is the user's");
            return;
        }
        if (spec.openStdin()) {
            stream(ContainerFiles.STDIN, 0, Flags.READ_CLOEXEC, "standard input");
        }
        stream(ContainerFiles.STDOUT, 1, Flags.WRITE_CLOEXEC, "standard output goes into its FIFO");
        stream(ContainerFiles.STDERR, 2, Flags.WRITE_CLOEXEC, "standard error goes into its own");
    }

    private void stream(String fifo, int fixed, Arg flags, String why) {
        program.call("openat", number(Descriptors.DIRECTORY), program.string(fifo), flags, ZERO)
                .into(opened, 0);
        program.call("dup3", Arg.valueAt(opened, 0, "fd"), number(fixed), ZERO).why(why);
        if (facts.uid() != 0 || spec.ids().isMapped()) {
            program.call(
                            "fchown",
                            number(fixed),
                            number(spec.ids().toHost(facts.uid())),
                            number(spec.ids().toHost(facts.gid())))
                    .why("so that the user can open /dev/stdout again");
        }
    }

    private void pivot() {
        program.call(
                        "move_mount",
                        number(Descriptors.MOUNT),
                        program.string(""),
                        AT_FDCWD,
                        program.string("."),
                        Arg.named(MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"))
                .why("attaches the overlay that the engine prepared: "
                        + spec.layers().size() + " shared layer(s), one writable");
        program.call("fchdir", number(Descriptors.MOUNT));
        program.call("pivot_root", program.string("."), program.string("."))
                .why("the overlay becomes the root, the host's root lies below it");
        program.call("umount2", program.string("."), Arg.named(MNT_DETACH, "MNT_DETACH"))
                .why("the host's filesystems are gone from view");
        program.call("chdir", program.string("/"));
    }

    private void kernelFilesystems(Shared shared, @Nullable Data sharedMemory) {
        directory("/proc");
        mount("proc", "/proc", "proc", Flags.PROC_MOUNT, null)
                .why(
                        isolation.namespaces().pid() == Space.OWN
                                ? "the container's own processes, and only these"
                                : "the processes that it shares");
        directory("/dev");
        moveTree(shared.devices(), "/dev").why("devices live in memory");
        if (spec.terminal()) {
            attachTerminals();
        } else {
            mountTerminals();
        }
        if (sharedMemory != null) {
            moveTree(sharedMemory, "/dev/shm").why("POSIX shared memory that it has in common with others");
        } else if (isolation.namespaces().sharedMemory()) {
            mount(
                            "shm",
                            "/dev/shm",
                            "tmpfs",
                            Flags.PROC_MOUNT,
                            "mode=1777,size=" + isolation.files().sharedMemoryBytes() + owner())
                    .why("POSIX shared memory");
        }
        mount("mqueue", "/dev/mqueue", "mqueue", Flags.PROC_MOUNT, null).why("POSIX message queues");
        directory("/sys");
        if (isolation.privileged()) {
            mount("sysfs", "/sys", "sysfs", Flags.PROC_MOUNT, null).why("the kernel's objects");
        } else {
            mount("sysfs", "/sys", "sysfs", Flags.READ_ONLY_MOUNT, null).why("the kernel's objects, read-only");
        }
    }

    /** Settings of the kernel that the container has for itself. */
    private void parameters() {
        isolation.files().parameters().forEach((path, value) -> {
            program.call("openat", AT_FDCWD, program.string("/proc/sys/" + path), Flags.WRITE_CLOEXEC, ZERO)
                    .into(opened, 0)
                    .why("the kernel parameter " + path);
            Data text = program.text(value);
            program.call(
                            "write",
                            Arg.valueAt(opened, 0, "fd"),
                            Arg.address(text, '"' + value + '"'),
                            number(text.bytes.capacity() - 1))
                    .why("the value of the kernel parameter " + path);
            program.call("close", Arg.valueAt(opened, 0, "fd"));
        });
    }

    /** The terminals were made before the container, whose monitor holds one; here they get their place, and the console its name. */
    private void attachTerminals() {
        program.call(
                        "move_mount",
                        Arg.valueAt(terminals, 0, "fd"),
                        program.string(""),
                        AT_FDCWD,
                        program.string("/dev/pts"),
                        Arg.named(MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"))
                .why("terminals of its own");
        program.call(
                "mknodat", AT_FDCWD, program.string("/dev/console"), Arg.named(S_IFREG | 0600, "S_IFREG|0600"), ZERO);
        mount("/dev/pts/0", "/dev/console", null, Flags.BIND, null).why("the console is the container's terminal");
    }

    private void mountTerminals() {
        mount(
                        "devpts",
                        "/dev/pts",
                        "devpts",
                        Flags.MS_NOSUID | Flags.MS_NOEXEC,
                        "MS_NOSUID|MS_NOEXEC",
                        "newinstance,ptmxmode=0666,mode=0620,gid=" + spec.ids().toHost(TTY_GROUP))
                .why("terminals of its own");
    }

    private void deviceDirectory(String directory) {
        devices.makeIn(directory);
        link("/proc/self/fd", directory + "/fd");
        link("/proc/self/fd/0", directory + "/stdin");
        link("/proc/self/fd/1", directory + "/stdout");
        link("/proc/self/fd/2", directory + "/stderr");
        link("pts/ptmx", directory + "/ptmx");
        link("/proc/kcore", directory + "/core");
        for (String place :
                isolation.namespaces().sharedMemory() ? List.of("pts", "shm", "mqueue") : List.of("pts", "mqueue")) {
            makeDirectory(directory + "/" + place);
        }
    }

    private void link(String target, String path) {
        program.call("symlinkat", program.string(target), AT_FDCWD, program.string(path));
    }

    private void cgroupDirectories(String directory) {
        for (Path file : facts.taskFiles()) {
            makeDirectory(directory + "/" + controllers(file));
        }
    }

    private static String controllers(Path taskFile) {
        return taskFile.getName(CGROUP_ROOT.getNameCount()).toString();
    }

    private void cgroups(Shared shared) {
        boolean writable = isolation.privileged() || isolation.files().writableControlGroups();
        Arg flags = writable ? Flags.PROC_MOUNT : Flags.READ_ONLY_MOUNT;
        String why = writable ? "its own control group" : "its own control group, to read its limits from";
        if (facts.unifiedCgroup() != null) {
            mount("cgroup2", "/sys/fs/cgroup", "cgroup2", flags, null)
                    .ignoringFailure()
                    .why(why);
            return;
        }
        if (facts.taskFiles().isEmpty()) {
            return;
        }
        moveTree(shared.cgroups(), "/sys/fs/cgroup").why("a directory for each kind of control group");
        for (Path file : facts.taskFiles()) {
            mount("cgroup", "/sys/fs/cgroup/" + controllers(file), "cgroup", flags, controllers(file))
                    .why(why);
        }
        mount(null, "/sys/fs/cgroup", null, Flags.READ_ONLY_REMOUNT, null);
    }

    private static final Path CGROUP_ROOT = Path.of("/sys/fs/cgroup");

    /** What is asked for, then what the engine writes itself; links of the image are followed, and lead nowhere out of it. */
    private void mounts(List<Generated> generated) {
        MountCalls calls = new MountCalls(program, spec.ids(), facts.heldCapabilities());
        calls.begin();
        List<PreparedMounts.Prepared> asked = mounts.all();
        for (int i = 0; i < asked.size(); i++) {
            calls.attach(
                    number(Descriptors.MOUNTS + i),
                    asked.get(i).target(),
                    asked.get(i).directory());
        }
        for (Generated file : generated) {
            calls.attach(Arg.valueAt(file.tree(), 0, "fd"), file.target(), false)
                    .why("the engine's " + file.file() + " in place of the image's");
        }
        calls.end();
    }

    private void workingDirectory() {
        String directory = spec.workingDirectory();
        for (int slash = directory.indexOf('/', 1); slash > 0; slash = directory.indexOf('/', slash + 1)) {
            makeDirectory(directory.substring(0, slash));
        }
        if (directory.length() > 1) {
            makeDirectory(directory);
        }
        program.call("chdir", program.string(directory)).why("the program's working directory, inside the new root");
    }

    /** A directory of the image that something is mounted on: made when missing, never a link. */
    private void directory(String path) {
        makeDirectory(path);
        program.call("openat", AT_FDCWD, program.string(path), Flags.REAL_DIRECTORY, ZERO)
                .into(opened, 0)
                .why("must be a directory, not a link that an image placed there");
        program.call("close", Arg.valueAt(opened, 0, "fd"));
    }

    private void makeDirectory(String path) {
        Step made = program.call("mkdirat", AT_FDCWD, program.string(path), octal(0755))
                .ignoringFailure();
        if (spec.ids().isMapped()) {
            Label there = new Label();
            made.whenBelow(there);
            int root = spec.ids().toHost(0);
            program.call("fchownat", AT_FDCWD, program.string(path), number(root), number(root), AT_SYMLINK_NOFOLLOW)
                    .why("the container's root owns it");
            program.mark(there);
        }
    }

    private Step mount(
            @Nullable String source,
            String target,
            @Nullable String type,
            long flags,
            String shown,
            @Nullable String options) {
        return mount(source, target, type, Arg.named(flags, shown), options);
    }

    private Step mount(
            @Nullable String source, String target, @Nullable String type, Arg flags, @Nullable String options) {
        return program.call(
                "mount",
                source == null ? NULL : program.string(source),
                program.string(target),
                type == null ? NULL : program.string(type),
                flags,
                options == null ? NO_DATA : program.string(options));
    }
}
