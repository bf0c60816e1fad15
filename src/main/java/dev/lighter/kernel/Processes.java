package dev.lighter.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Other processes: descriptors for them, signals, and the end of our own children.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
 */
public final class Processes {
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;

    private static final Syscall PIDFD_OPEN = Syscall.named("pidfd_open");
    private static final Syscall PIDFD_GETFD = Syscall.named("pidfd_getfd");
    private static final Syscall PIDFD_SEND_SIGNAL = Syscall.named("pidfd_send_signal");
    private static final Syscall KILL = Syscall.named("kill");
    private static final Syscall WAITID = Syscall.named("waitid");
    private static final int P_PID = 1;
    private static final int WEXITED = 4;
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_CODE = 8;
    private static final int SI_STATUS = 24;
    private static final int CLD_EXITED = 1;

    private Processes() {}

    /** A descriptor for a process, which the id cannot be mistaken for another's any more. Fails with ESRCH. */
    public static Fd pidfd(int pid) throws ErrnoException {
        return Fd.of(PIDFD_OPEN.call("pid " + pid, pid, 0, 0));
    }

    /** A copy of another process's descriptor, pidfd_getfd(2). */
    public static Fd descriptorOf(Fd pidfd, int number) throws ErrnoException {
        return Fd.of(PIDFD_GETFD.call("fd " + number, pidfd.number(), number, 0));
    }

    /** Sends a signal through a pidfd, pidfd_send_signal(2). Fails with ESRCH when the process has ended. */
    public static void signal(Fd pidfd, int signal) throws ErrnoException {
        PIDFD_SEND_SIGNAL.call("signal " + signal, pidfd.number(), signal, 0, 0, 0, 0);
    }

    /**
     * Sends a signal to a process group, kill(2); does nothing when there is none. Only for groups whose leader is a child of ours that is
     * not collected: its id is then no other group's.
     */
    public static void signalGroup(int leader, int signal) throws ErrnoException {
        long result = KILL.raw(-(long) leader, signal, 0, 0, 0, 0);
        if (result < 0 && result != -Errno.ESRCH) {
            throw KILL.failure("process group " + leader, result);
        }
    }

    /** The parent of a process, from {@code /proc/pid/stat}, proc_pid_stat(5); 0 when there is no such process. */
    public static int parentOf(int pid) {
        try {
            String stat =
                    Files.readString(Path.of("/proc", Integer.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
            return Integer.parseInt(fields[1]);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Waits until a child of ours has ended and collects it; does nothing where it was collected before, or never our child. */
    public static void await(int pid) throws ErrnoException {
        try {
            int ignored = collect(pid);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ECHILD)) {
                throw e;
            }
        }
    }

    /** Waits until a child of ours has ended, collects it, and gives its exit code: 128 and the signal's number where one ended it. */
    public static int collect(int pid) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer info = scope.buffer(SIGINFO_BYTES);
            WAITID.call("pid " + pid, P_PID, pid, NativeScope.address(info), WEXITED, 0, 0);
            int status = info.getInt(SI_STATUS);
            return info.getInt(SI_CODE) == CLD_EXITED ? status : 128 + status;
        }
    }
}
