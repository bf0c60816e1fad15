package dev.lighter.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Mounts that are attached nowhere: made or copied here, handed to a container's program as descriptors, gone with the last of these.
 * Stateless; safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>
 */
public final class MountTree {
    private static final Syscall OPEN_TREE = Syscall.named("open_tree");
    private static final Syscall MOUNT_SETATTR = Syscall.named("mount_setattr");
    private static final Syscall FSOPEN = Syscall.named("fsopen");
    private static final Syscall FSCONFIG = Syscall.named("fsconfig");
    private static final Syscall FSMOUNT = Syscall.named("fsmount");
    private static final Syscall MOUNT = Syscall.named("mount");
    private static final Syscall UMOUNT2 = Syscall.named("umount2");

    private static final int OPEN_TREE_CLONE = 1;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int CLOEXEC = 1;
    private static final int MNT_DETACH = 2;
    private static final int MOUNT_ATTR_BYTES = 32;

    /** Attributes of mounts, {@code linux/mount.h}. */
    public static final long READ_ONLY = 0x01;

    public static final long NO_SUID = 0x02;
    public static final long NO_DEVICES = 0x04;
    public static final long NO_EXEC = 0x08;
    public static final long ID_MAPPED = 0x0010_0000;

    private MountTree() {}

    /** How mounts below a mount are shared with where it was copied from, mount_namespaces(7). */
    public enum Propagation {
        PRIVATE(1L << 18),
        SLAVE(1L << 19),
        SHARED(1L << 20);

        final long flag;

        Propagation(long flag) {
            this.flag = flag;
        }
    }

    /**
     * A copy of the mount below an open file or directory, whose root it becomes.
     *
     * @param recursive whether what is mounted below comes along
     */
    public static Fd copy(Fd place, boolean recursive) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            int flags = OPEN_TREE_CLONE | Fd.O_CLOEXEC | AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
            return Fd.of(OPEN_TREE.call(place.toString(), place.number(), scope.string(""), flags));
        }
    }

    /** Changes how a detached mount is shared; with all mounts below it if {@code recursive}. */
    public static void propagate(Fd tree, Propagation propagation, boolean recursive) throws ErrnoException {
        setAttributes(tree, 0, propagation.flag, recursive, -1);
    }

    /** Adds attributes to a detached mount; with all mounts below it if {@code recursive}. */
    public static void restrict(Fd tree, long attributes, boolean recursive) throws ErrnoException {
        setAttributes(tree, attributes, 0, recursive, -1);
    }

    /** Shows a detached mount's files with the ids of a user namespace, and stores with these what is written through it. */
    public static void mapIds(Fd tree, Fd userNamespace, boolean recursive) throws ErrnoException {
        setAttributes(tree, ID_MAPPED, 0, recursive, userNamespace.number());
    }

    private static void setAttributes(Fd tree, long set, long propagation, boolean recursive, int userNamespace)
            throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer attributes = scope.buffer(MOUNT_ATTR_BYTES);
            attributes.putLong(0, set).putLong(8, 0).putLong(16, propagation).putLong(24, Math.max(0, userNamespace));
            MOUNT_SETATTR.call(
                    tree.toString(),
                    tree.number(),
                    scope.string(""),
                    AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
                    NativeScope.address(attributes),
                    MOUNT_ATTR_BYTES,
                    0);
        }
    }

    /**
     * A new filesystem of a kind, attached nowhere.
     *
     * @param options {@code name=value}, or a name alone
     * @param attributes of the mount
     */
    public static Fd create(String kind, List<String> options, long attributes) throws ErrnoException {
        try (NativeScope scope = NativeScope.open();
                Fd context = Fd.of(FSOPEN.call(kind, scope.string(kind), CLOEXEC, 0))) {
            for (String option : options) {
                int equals = option.indexOf('=');
                String name = equals < 0 ? option : option.substring(0, equals);
                FSCONFIG.call(
                        kind + " " + option,
                        context.number(),
                        equals < 0 ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING,
                        scope.string(name),
                        equals < 0 ? 0 : scope.string(option.substring(equals + 1)),
                        0,
                        0);
            }
            FSCONFIG.call(kind, context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0);
            return Fd.of(FSMOUNT.call(kind, context.number(), CLOEXEC, attributes));
        }
    }

    /**
     * Mounts a filesystem on a directory of the host, mount(2).
     *
     * @param flags MS_ constants
     * @param options for the filesystem, comma separated
     */
    public static void attach(String source, Path target, String kind, long flags, String options)
            throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            MOUNT.call(
                    source + " on " + target,
                    scope.string(source),
                    scope.string(target.toString()),
                    scope.string(kind),
                    flags,
                    scope.string(options),
                    0);
        }
    }

    /**
     * Whether something is mounted on a directory of the host, as {@code /proc/self/mountinfo} has it, proc_pid_mountinfo(5). What is mounted is
     * not touched: a server that does not answer keeps nobody waiting.
     */
    public static boolean isMounted(Path directory) throws IOException {
        Path parent = Objects.requireNonNull(directory.toAbsolutePath().getParent(), "the root directory");
        if (!Files.isDirectory(parent)) {
            return false;
        }
        String place = parent.toRealPath().resolve(directory.getFileName()).toString();
        return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + place.replace(" ", "\\040") + " ");
    }

    /** Takes away the topmost mount on a directory of the host; whoever has a file of it open keeps that. */
    public static void detach(Path target) throws ErrnoException {
        detach(target, MNT_DETACH);
    }

    /** The same, unless somebody has a file of it open: fails with EBUSY then, and nothing changes. */
    public static void detachUnused(Path target) throws ErrnoException {
        detach(target, 0);
    }

    private static void detach(Path target, int flags) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            UMOUNT2.call(target.toString(), scope.string(target.toString()), flags, 0);
        }
    }
}
