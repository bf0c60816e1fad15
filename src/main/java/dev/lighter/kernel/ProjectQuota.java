package dev.lighter.kernel;

import java.nio.ByteBuffer;

/**
 * Limits of what the files of a directory take, on filesystems that count by project: XFS and ext4, mounted with {@code prjquota}. Stateless.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/quotactl.2.html">quotactl(2)</a>
 */
public final class ProjectQuota {
    private static final Syscall QUOTACTL_FD = Syscall.named("quotactl_fd");
    private static final Syscall IOCTL = Syscall.named("ioctl");
    private static final long Q_GETQUOTA = 0x80_0007L << 8 | 2;
    private static final long Q_SETQUOTA = 0x80_0008L << 8 | 2;
    private static final int DQBLK_BYTES = 72;
    private static final int QIF_BLIMITS = 1;
    private static final int UNIT = 1024;
    private static final long FS_IOC_FSGETXATTR = 0x801C_581FL;
    private static final long FS_IOC_FSSETXATTR = 0x401C_5820L;
    private static final int FSXATTR_BYTES = 28;
    private static final int FS_XFLAG_PROJINHERIT = 0x200;

    private ProjectQuota() {}

    /** Whether the filesystem of an open directory has them. */
    public static boolean isThere(Fd directory) {
        long result;
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer block = scope.buffer(DQBLK_BYTES);
            result = QUOTACTL_FD.raw(directory.number(), Q_GETQUOTA, 1, NativeScope.address(block), 0, 0);
        }
        // Nothing is known of this project, but something could be.
        return result >= 0 || result == -Errno.ENOENT;
    }

    /** What belongs to a project may take so many bytes together; 0 for any number. */
    public static void limit(Fd directory, int project, long bytes) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer block = scope.buffer(DQBLK_BYTES);
            block.putLong(0, bytes / UNIT).putLong(8, bytes / UNIT).putInt(64, QIF_BLIMITS);
            QUOTACTL_FD.call(
                    "project " + project, directory.number(), Q_SETQUOTA, project, NativeScope.address(block), 0, 0);
        }
    }

    /** The project of an open directory; 0 for none. */
    public static int projectOf(Fd directory) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer attributes = scope.buffer(FSXATTR_BYTES);
            IOCTL.call(null, directory.number(), FS_IOC_FSGETXATTR, NativeScope.address(attributes));
            return attributes.getInt(12);
        }
    }

    /** An open, empty directory and all that will be in it belong to a project. */
    public static void assign(Fd directory, int project) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer attributes = scope.buffer(FSXATTR_BYTES);
            IOCTL.call(null, directory.number(), FS_IOC_FSGETXATTR, NativeScope.address(attributes));
            attributes.putInt(0, attributes.getInt(0) | FS_XFLAG_PROJINHERIT).putInt(12, project);
            IOCTL.call(null, directory.number(), FS_IOC_FSSETXATTR, NativeScope.address(attributes));
        }
    }
}
