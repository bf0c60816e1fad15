package dev.lighter.kernel;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A system call that failed: which one, on what, and why, for instance {@code mount(/proc): EPERM Operation not permitted}. */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final @Nullable String subject;
    private final int errno;

    /** The failure of {@code call} on {@code subject} with a positive {@code errno}. */
    public ErrnoException(String call, @Nullable String subject, int errno) {
        super((subject == null ? call : call + "(" + subject + ")") + ": " + Errno.describe(errno));
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    /** The failure with what else the kernel said about it, such as netlink's extended acknowledgement. */
    public ErrnoException(String call, @Nullable String subject, int errno, String detail) {
        super((subject == null ? call : call + "(" + subject + ")") + ": " + Errno.describe(errno) + ": " + detail);
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    /** The system call's name. */
    public String call() {
        return call;
    }

    /** What the call was about: a path, mostly. */
    public @Nullable String subject() {
        return subject;
    }

    /** The positive error number, errno(3). */
    public int errno() {
        return errno;
    }

    /** Whether the error number is the given one of {@link Errno}. */
    public boolean is(int expected) {
        return errno == expected;
    }
}
