package dev.lighter.kernel;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file descriptor, owned by whoever holds this object and closed exactly once. Safe for all threads, but closing while another
 * thread uses the number is the owner's error, as it is in C.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public final class Fd implements AutoCloseable {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_NOCTTY = 0400;
    public static final int O_TRUNC = 01000;
    public static final int O_APPEND = 02000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_DIRECTORY = Arch.host() == Arch.AARCH64 ? 040000 : 0200000;
    public static final int O_NOFOLLOW = Arch.host() == Arch.AARCH64 ? 0100000 : 0400000;
    public static final int O_CLOEXEC = 02000000;
    public static final int O_PATH = 010000000;
    public static final int O_TMPFILE = 020000000 | O_DIRECTORY;
    public static final int AT_FDCWD = -100;

    private static final Syscall OPENAT = Syscall.named("openat");
    private static final Syscall CLOSE = Syscall.named("close");
    private static final Syscall READ = Syscall.named("read");
    private static final Syscall PPOLL = Syscall.named("ppoll");
    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;
    private static final Syscall WRITE = Syscall.named("write");

    private final AtomicInteger number;

    private Fd(int number) {
        this.number = new AtomicInteger(number);
    }

    /** Takes ownership of an open descriptor. */
    public static Fd of(long number) {
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("not a descriptor: " + number);
        }
        return new Fd((int) number);
    }

    /** Opens a path of the host, always close-on-exec. */
    public static Fd open(Path path, int flags, int mode) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            return of(OPENAT.call(
                    path.toString(), AT_FDCWD, scope.string(path.toString()), flags | O_CLOEXEC, mode, 0, 0));
        }
    }

    /** The descriptor's number. Fails when it is closed. */
    public int number() {
        int current = number.get();
        if (current < 0) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return current;
    }

    /** The path by which any program in this process's view can open the same file again. */
    public String procPath() {
        return "/proc/self/fd/" + number();
    }

    /** Reads into a direct buffer from its position; gives the byte count, 0 at the end, or the negated error number. */
    public long read(ByteBuffer direct) {
        long count = READ.raw(number(), NativeScope.address(direct) + direct.position(), direct.remaining());
        if (count > 0) {
            direct.position(direct.position() + (int) count);
        }
        return count;
    }

    /** Writes a direct buffer from its position until nothing remains. */
    public void writeFully(ByteBuffer direct) throws ErrnoException {
        while (direct.hasRemaining()) {
            long count =
                    WRITE.call(null, number(), NativeScope.address(direct) + direct.position(), direct.remaining());
            direct.position(direct.position() + (int) count);
        }
    }

    /** Writes once to a non-blocking descriptor; false when it has no room. */
    public boolean writeSome(ByteBuffer direct) throws ErrnoException {
        long count = WRITE.raw(number(), NativeScope.address(direct) + direct.position(), direct.remaining());
        if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
            return false;
        }
        if (count < 0) {
            throw WRITE.failure(null, count);
        }
        direct.position(direct.position() + (int) count);
        return true;
    }

    /** Waits until a write has room, or the time is over. */
    public void awaitWritable(int timeoutMillis) throws ErrnoException {
        await(POLLOUT, timeoutMillis);
    }

    /** Waits until there is something to read or the other side is gone, or the time is over; gives whether there is. */
    public boolean awaitReadable(int timeoutMillis) throws ErrnoException {
        return await(POLLIN, timeoutMillis);
    }

    /** Waits until there is something to read from one of these, or its other side is gone, or the time is over; says which. */
    public static boolean[] awaitReadable(List<Fd> fds, int timeoutMillis) throws ErrnoException {
        return await(fds, POLLIN, timeoutMillis);
    }

    private boolean await(int events, int timeoutMillis) throws ErrnoException {
        return await(List.of(this), events, timeoutMillis)[0];
    }

    private static boolean[] await(List<Fd> fds, int events, int timeoutMillis) throws ErrnoException {
        boolean[] ready = new boolean[fds.size()];
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer entries = scope.buffer(8 * fds.size());
            for (int i = 0; i < ready.length; i++) {
                entries.putInt(8 * i, fds.get(i).number()).putShort(8 * i + 4, (short) events);
            }
            ByteBuffer time = scope.buffer(16);
            time.putLong(0, timeoutMillis / 1000).putLong(8, timeoutMillis % 1000 * 1_000_000L);
            PPOLL.call(null, NativeScope.address(entries), ready.length, NativeScope.address(time), 0, 8, 0);
            for (int i = 0; i < ready.length; i++) {
                ready[i] = entries.getShort(8 * i + 6) != 0;
            }
        }
        return ready;
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return number.get() < 0;
    }

    @Override
    public void close() {
        int current = number.getAndSet(-1);
        if (current >= 0) {
            CLOSE.raw(current, 0, 0);
        }
    }

    @Override
    public String toString() {
        return "fd " + number.get();
    }
}
