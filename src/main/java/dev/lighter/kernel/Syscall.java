package dev.lighter.kernel;

import dev.lighter.kernel.ffi.Native;
import org.jspecify.annotations.Nullable;

/**
 * One system call of this machine, by name: resolved once, called often. Results below zero are negated error numbers, as the kernel
 * gives them. Immutable; safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/syscall.2.html">syscall(2)</a>
 */
public final class Syscall {
    private final String name;
    private final long number;

    private Syscall(String name) {
        this.name = name;
        this.number = SyscallTable.number(name);
    }

    /** The call with this name. */
    public static Syscall named(String name) {
        return new Syscall(name);
    }

    /** Calls with up to six arguments; gives the result or the negated error number. Not restarted on EINTR. */
    public long raw(long a, long b, long c, long d, long e, long f) {
        return Native.syscall(number, a, b, c, d, e, f);
    }

    /** Calls with three arguments; see {@link #raw(long, long, long, long, long, long)}. */
    public long raw(long a, long b, long c) {
        return Native.syscall(number, a, b, c, 0, 0, 0);
    }

    /** Calls, restarts on EINTR, and fails with the call's name and {@code subject}. */
    public long call(@Nullable String subject, long a, long b, long c, long d, long e, long f) throws ErrnoException {
        while (true) {
            long result = Native.syscall(number, a, b, c, d, e, f);
            if (result >= 0) {
                return result;
            }
            if (result != -Errno.EINTR) {
                throw new ErrnoException(name, subject, (int) -result);
            }
        }
    }

    /** Calls with three arguments; see {@link #call(String, long, long, long, long, long, long)}. */
    public long call(@Nullable String subject, long a, long b, long c) throws ErrnoException {
        return call(subject, a, b, c, 0, 0, 0);
    }

    /** The failure of this call with a negated error number. */
    public ErrnoException failure(@Nullable String subject, long negatedErrno) {
        return new ErrnoException(name, subject, (int) -negatedErrno);
    }

    @Override
    public String toString() {
        return name;
    }
}
