package dev.lighter.launch;

import dev.lighter.kernel.Fd;

/** Constants of system calls that programs use, as arguments that show their names. */
final class Flags {
    static final Arg AT_FDCWD = Arg.named(Fd.AT_FDCWD, "AT_FDCWD");

    static final long MS_RDONLY = 1;
    static final long MS_NOSUID = 2;
    static final long MS_NODEV = 4;
    static final long MS_NOEXEC = 8;
    static final long MS_REMOUNT = 32;
    static final long MS_BIND = 4096;
    static final long MS_REC = 16384;
    static final long MS_PRIVATE = 1 << 18;
    static final long MS_STRICTATIME = 1 << 24;

    static final long CLONE_NEWNS = 0x0002_0000L;
    static final long CLONE_NEWCGROUP = 0x0200_0000L;
    static final long CLONE_NEWUTS = 0x0400_0000L;
    static final long CLONE_NEWIPC = 0x0800_0000L;
    static final long CLONE_NEWPID = 0x2000_0000L;
    static final long CLONE_NEWNET = 0x4000_0000L;
    static final long CLONE_PIDFD = 0x1000L;
    static final long CLONE_INTO_CGROUP = 0x2_0000_0000L;

    static final Arg NO_DATA = Arg.NULL;
    static final Arg PROC_MOUNT = Arg.named(MS_NOSUID | MS_NODEV | MS_NOEXEC, "MS_NOSUID|MS_NODEV|MS_NOEXEC");
    static final Arg READ_ONLY_MOUNT =
            Arg.named(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC");
    static final Arg READ_ONLY_REMOUNT = Arg.named(
            MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
            "MS_REMOUNT|MS_BIND|MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC");
    static final Arg BIND = Arg.named(MS_BIND, "MS_BIND");
    static final Arg BIND_ALL = Arg.named(MS_BIND | MS_REC, "MS_BIND|MS_REC");

    static final Arg WRITE_CLOEXEC = Arg.named(Fd.O_WRONLY | Fd.O_CLOEXEC, "O_WRONLY|O_CLOEXEC");
    static final Arg READ_CLOEXEC = Arg.named(Fd.O_RDONLY | Fd.O_CLOEXEC, "O_RDONLY|O_CLOEXEC");
    static final Arg BOTH_CLOEXEC = Arg.named(Fd.O_RDWR | Fd.O_CLOEXEC, "O_RDWR|O_CLOEXEC");
    static final Arg CLOEXEC = Arg.named(Fd.O_CLOEXEC, "O_CLOEXEC");
    static final Arg REAL_DIRECTORY = Arg.named(
            Fd.O_PATH | Fd.O_NOFOLLOW | Fd.O_DIRECTORY | Fd.O_CLOEXEC, "O_PATH|O_NOFOLLOW|O_DIRECTORY|O_CLOEXEC");

    private Flags() {}

    static Arg octal(long mode) {
        return Arg.named(mode, "0" + Long.toOctalString(mode));
    }
}
