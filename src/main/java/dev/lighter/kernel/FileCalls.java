package dev.lighter.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Files named by raw bytes relative to an open directory, so that no link on the way can lead elsewhere. Names are single components
 * unless said otherwise; the last component is never followed. Stateless; safe for all threads.
 */
public final class FileCalls {
    public static final int TYPE_MASK = 0170000;
    public static final int DIRECTORY = 0040000;
    public static final int REGULAR = 0100000;
    public static final int SYMLINK = 0120000;
    public static final int CHARACTER_DEVICE = 0020000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int FIFO = 0010000;

    private static final Syscall OPENAT = Syscall.named("openat");
    private static final Syscall OPENAT2 = Syscall.named("openat2");
    private static final Syscall MKDIRAT = Syscall.named("mkdirat");
    private static final Syscall MKNODAT = Syscall.named("mknodat");
    private static final Syscall SYMLINKAT = Syscall.named("symlinkat");
    private static final Syscall LINKAT = Syscall.named("linkat");
    private static final Syscall UNLINKAT = Syscall.named("unlinkat");
    private static final Syscall RENAMEAT2 = Syscall.named("renameat2");
    private static final Syscall READLINKAT = Syscall.named("readlinkat");
    private static final Syscall STATX = Syscall.named("statx");
    private static final Syscall FCHOWN = Syscall.named("fchown");
    private static final Syscall FCHOWNAT = Syscall.named("fchownat");
    private static final Syscall FCHMOD = Syscall.named("fchmod");
    private static final Syscall FCHMODAT = Syscall.named("fchmodat");
    private static final Syscall UTIMENSAT = Syscall.named("utimensat");

    private static final Syscall LSEEK = Syscall.named("lseek");
    private static final Syscall FTRUNCATE = Syscall.named("ftruncate");

    private static final int SEEK_CUR = 1;
    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int RESOLVE_IN_ROOT = 0x10;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC = 0x7ff;
    private static final int STATX_SIZE = 256;
    private static final long STATX_ATTR_MOUNT_ROOT = 0x2000;
    private static final int LONGEST_PATH = 4096;
    private static final byte[] DOT = {'.'};

    private FileCalls() {}

    /**
     * What a file is, statx(2).
     *
     * @param mode type and permissions
     * @param device major and minor of a device node, zero for all else
     * @param identity which file it is
     */
    public record Status(
            int mode,
            int uid,
            int gid,
            long size,
            long modifiedSeconds,
            int modifiedNanos,
            long device,
            Identity identity) {
        /** The type bits of the mode. */
        public int type() {
            return mode & TYPE_MASK;
        }

        /** Whether it is a directory. */
        public boolean isDirectory() {
            return type() == DIRECTORY;
        }

        /** Whether it is what overlay takes for a deleted file: a character device 0/0. */
        public boolean isWhiteout() {
            return type() == CHARACTER_DEVICE && device == 0;
        }
    }

    /**
     * Which file it is, and by how many names.
     *
     * @param filesystem the device that it is on
     */
    public record Identity(long filesystem, long inode, int links) {}

    /** Opens a path of many components as if {@code root} were the root directory, openat2(2) with RESOLVE_IN_ROOT. */
    public static Fd openInRoot(Fd root, byte[] path, int flags) throws ErrnoException {
        return open(root, path, flags, RESOLVE_IN_ROOT);
    }

    /** Opens a relative path of many components; fails with EXDEV where it leads out of the directory, openat2(2) with RESOLVE_BENEATH. */
    public static Fd openBeneath(Fd directory, byte[] path, int flags) throws ErrnoException {
        return open(directory, path, flags, RESOLVE_BENEATH);
    }

    private static Fd open(Fd root, byte[] path, int flags, int resolve) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer how = scope.buffer(24);
            how.putLong(0, flags | Fd.O_CLOEXEC).putLong(16, resolve | RESOLVE_NO_MAGICLINKS);
            while (true) {
                long result = OPENAT2.raw(root.number(), scope.string(path), NativeScope.address(how), 24, 0, 0);
                // EAGAIN: a rename elsewhere kept the kernel from being sure that ".." stays inside.
                if (result >= 0) {
                    return Fd.of(result);
                }
                if (result != -Errno.EINTR && result != -Errno.EAGAIN) {
                    throw OPENAT2.failure(text(path), result);
                }
            }
        }
    }

    /** Creates a regular file for writing; fails with EEXIST where there is something of the name, openat(2). */
    public static Fd create(Fd directory, byte[] name, int mode) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            int flags = Fd.O_WRONLY | Fd.O_CREAT | Fd.O_EXCL | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;
            return Fd.of(OPENAT.call(text(name), directory.number(), scope.string(name), flags, mode, 0, 0));
        }
    }

    /**
     * Creates a regular file without a name for writing, which vanishes when it is closed before {@link #name} names it; fails with
     * EOPNOTSUPP where the file system cannot (overlay since Linux 6.1), openat(2) with O_TMPFILE.
     */
    public static Fd createUnnamed(Fd directory, int mode) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            int flags = Fd.O_WRONLY | Fd.O_TMPFILE | Fd.O_CLOEXEC;
            return Fd.of(OPENAT.call("unnamed file", directory.number(), scope.string(DOT), flags, mode, 0, 0));
        }
    }

    /** Gives a file that was created without a name one; fails with EEXIST where there is something of the name, linkat(2). */
    public static void name(Fd file, Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            LINKAT.call(
                    text(name),
                    file.number(),
                    scope.string(new byte[0]),
                    directory.number(),
                    scope.string(name),
                    AT_EMPTY_PATH,
                    0);
        }
    }

    /** Opens a directory for reading, openat(2). */
    public static Fd openDirectory(Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            int flags = Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;
            return Fd.of(OPENAT.call(text(name), directory.number(), scope.string(name), flags));
        }
    }

    /** mkdirat(2); the mode is subject to the umask. */
    public static void makeDirectory(Fd directory, byte[] name, int mode) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            MKDIRAT.call(text(name), directory.number(), scope.string(name), mode);
        }
    }

    /** mknodat(2); the mode holds the type and is subject to the umask. */
    public static void makeNode(Fd directory, byte[] name, int mode, int major, int minor) throws ErrnoException {
        // The kernel's own encoding of a device number, new_encode_dev() in linux/kdev_t.h.
        long device = minor & 0xff | (long) major << 8 | (long) (minor & ~0xff) << 12;
        try (NativeScope scope = NativeScope.open()) {
            MKNODAT.call(text(name), directory.number(), scope.string(name), mode, device, 0, 0);
        }
    }

    /** symlinkat(2). */
    public static void makeSymlink(byte[] target, Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            SYMLINKAT.call(text(name), scope.string(target), directory.number(), scope.string(name));
        }
    }

    /** A further name for a file, linkat(2); a symbolic link is linked itself. */
    public static void link(Fd fromDirectory, byte[] from, Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            LINKAT.call(
                    text(name),
                    fromDirectory.number(),
                    scope.string(from),
                    directory.number(),
                    scope.string(name),
                    0,
                    0);
        }
    }

    /** Removes what is not a directory, unlinkat(2). */
    public static void unlink(Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            UNLINKAT.call(text(name), directory.number(), scope.string(name), 0);
        }
    }

    /** Removes an empty directory, unlinkat(2). */
    public static void removeDirectory(Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            UNLINKAT.call(text(name), directory.number(), scope.string(name), AT_REMOVEDIR);
        }
    }

    /** renameat2(2) without flags: replaces a file of the new name. */
    public static void rename(Fd fromDirectory, byte[] from, Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            RENAMEAT2.call(
                    text(from),
                    fromDirectory.number(),
                    scope.string(from),
                    directory.number(),
                    scope.string(name),
                    0,
                    0);
        }
    }

    /** Where a symbolic link leads, readlinkat(2). */
    public static byte[] readLink(Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer memory = scope.buffer(LONGEST_PATH);
            long length = READLINKAT.call(
                    text(name),
                    directory.number(),
                    scope.string(name),
                    NativeScope.address(memory),
                    LONGEST_PATH,
                    0,
                    0);
            byte[] target = new byte[(int) length];
            memory.get(0, target);
            return target;
        }
    }

    /** What has this name, or null where nothing has, statx(2). */
    public static @Nullable Status status(Fd directory, byte[] name) throws ErrnoException {
        return status(directory, name, AT_SYMLINK_NOFOLLOW);
    }

    /** What an open descriptor is, statx(2). */
    public static Status status(Fd file) throws ErrnoException {
        Status status = status(file, new byte[0], AT_EMPTY_PATH);
        if (status == null) {
            throw new ErrnoException("statx", file.toString(), Errno.ENOENT);
        }
        return status;
    }

    /**
     * Whether a file system or a part of one is mounted on this name, as the directory's descriptor sees it. The kernel keeps such a name from
     * being removed or replaced only for processes of the same mount namespace: for others that undoes the mount. Since Linux 5.8, statx(2).
     */
    public static boolean isMountPoint(Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer memory = scope.buffer(STATX_SIZE);
            STATX.call(
                    text(name),
                    directory.number(),
                    scope.string(name),
                    AT_SYMLINK_NOFOLLOW,
                    STATX_BASIC,
                    NativeScope.address(memory),
                    0);
            return (memory.getLong(8) & STATX_ATTR_MOUNT_ROOT) != 0;
        }
    }

    private static @Nullable Status status(Fd directory, byte[] name, int flags) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer memory = scope.buffer(STATX_SIZE);
            long result = STATX.raw(
                    directory.number(), scope.string(name), flags, STATX_BASIC, NativeScope.address(memory), 0);
            if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
                return null;
            }
            if (result < 0) {
                throw STATX.failure(text(name), result);
            }
            return new Status(
                    memory.getShort(28) & 0xffff,
                    memory.getInt(20),
                    memory.getInt(24),
                    memory.getLong(40),
                    memory.getLong(112),
                    memory.getInt(120),
                    memory.getLong(128),
                    new Identity(memory.getLong(136), memory.getLong(32), memory.getInt(16)));
        }
    }

    /** Moves a file's position ahead without writing, lseek(2): a hole. */
    public static void skip(Fd file, long bytes) throws ErrnoException {
        LSEEK.call(null, file.number(), bytes, SEEK_CUR);
    }

    /** ftruncate(2). */
    public static void changeSize(Fd file, long bytes) throws ErrnoException {
        FTRUNCATE.call(null, file.number(), bytes, 0);
    }

    /** fchown(2). */
    public static void changeOwner(Fd file, int uid, int gid) throws ErrnoException {
        FCHOWN.call(null, file.number(), uid, gid);
    }

    /** fchownat(2) on the name itself. */
    public static void changeOwner(Fd directory, byte[] name, int uid, int gid) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            FCHOWNAT.call(text(name), directory.number(), scope.string(name), uid, gid, AT_SYMLINK_NOFOLLOW, 0);
        }
    }

    /** fchmod(2). */
    public static void changeMode(Fd file, int permissions) throws ErrnoException {
        FCHMOD.call(null, file.number(), permissions, 0);
    }

    /** fchmodat(2) on the name itself, which is opened first: a link that somebody puts in its place is not followed. */
    public static void changeMode(Fd directory, byte[] name, int permissions) throws ErrnoException {
        int flags = Fd.O_PATH | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;
        try (NativeScope scope = NativeScope.open();
                Fd file = Fd.of(OPENAT.call(text(name), directory.number(), scope.string(name), flags))) {
            FCHMODAT.call(text(name), Fd.AT_FDCWD, scope.string(file.procPath()), permissions);
        }
    }

    /** The target of a link that is opened itself, with O_PATH and O_NOFOLLOW; readlinkat(2). */
    public static byte[] readLink(Fd link) throws ErrnoException {
        return readLink(link, new byte[0]);
    }

    /** Opens something in a directory for reading, whatever it is, without following a link and without waiting for a pipe's writer. */
    public static Fd openToRead(Fd directory, byte[] name) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            int flags = Fd.O_RDONLY | Fd.O_NOFOLLOW | Fd.O_NONBLOCK | Fd.O_NOCTTY | Fd.O_CLOEXEC;
            return Fd.of(OPENAT.call(text(name), directory.number(), scope.string(name), flags));
        }
    }

    /** Sets when a file was last read and written, futimens(3). */
    public static void changeTime(Fd file, long seconds, int nanos) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            UTIMENSAT.call(null, file.number(), 0, times(scope, seconds, nanos), 0, 0, 0);
        }
    }

    /** utimensat(2) on the name itself. */
    public static void changeTime(Fd directory, byte[] name, long seconds, int nanos) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            UTIMENSAT.call(
                    text(name),
                    directory.number(),
                    scope.string(name),
                    times(scope, seconds, nanos),
                    AT_SYMLINK_NOFOLLOW,
                    0,
                    0);
        }
    }

    private static long times(NativeScope scope, long seconds, int nanos) {
        ByteBuffer times = scope.buffer(32);
        times.putLong(0, seconds).putLong(8, nanos).putLong(16, seconds).putLong(24, nanos);
        return NativeScope.address(times);
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }
}
