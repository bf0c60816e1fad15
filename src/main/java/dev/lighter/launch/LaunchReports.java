package dev.lighter.launch;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the stub says while a container is made: failed operations as (index, negated errno), and the readings of the clock. Ends when the
 * program was executed or given up.
 *
 * @param failedIndex the last operation that failed, or -1
 * @param errno its positive error number
 * @param denied whether an attempt to execute failed for another reason than a missing file
 * @param times readings of the clock in nanoseconds, in order; empty when the program did not get that far
 */
record LaunchReports(int failedIndex, int errno, int deniedErrno, long[] times) {
    /** Stands in place of an index before the readings of the clock. */
    static final long TIMES = -1;

    private static final int MOST_BYTES = 16 * 1024;

    /** Reads until the end of the stream, which is the execution of the program or the end of the stub. */
    static LaunchReports read(Fd reports, int firstExec) throws ErrnoException {
        ByteBuffer buffer = BUFFERS.get();
        buffer.clear();
        while (buffer.hasRemaining()) {
            long count = reports.read(buffer);
            if (count == 0) {
                break;
            }
            if (count < 0 && count != -Errno.EINTR) {
                throw new ErrnoException("read", "launch reports", (int) -count);
            }
        }
        buffer.flip();
        return parse(buffer, firstExec);
    }

    static LaunchReports parse(ByteBuffer buffer, int firstExec) {
        int index = -1;
        int errno = 0;
        int denied = 0;
        long @Nullable [] times = null;
        while (buffer.remaining() >= 16) {
            long first = buffer.getLong();
            long second = buffer.getLong();
            if (first == TIMES) {
                times = new long[(int) second];
                for (int i = 0; i < times.length; i++) {
                    times[i] = buffer.getLong() * 1_000_000_000L + buffer.getLong();
                }
            } else if (second < 0) {
                index = (int) first;
                errno = (int) -second;
                if (index >= firstExec && errno != Errno.ENOENT && errno != Errno.ENOTDIR) {
                    denied = errno;
                }
            }
        }
        return new LaunchReports(index, errno, denied, times == null ? new long[0] : times);
    }

    private static final ThreadLocal<ByteBuffer> BUFFERS =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(MOST_BYTES).order(ByteOrder.nativeOrder()));

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LaunchReports that
                && failedIndex == that.failedIndex
                && errno == that.errno
                && deniedErrno == that.deniedErrno
                && Arrays.equals(times, that.times);
    }

    @Override
    public int hashCode() {
        return 31 * failedIndex + errno;
    }

    @Override
    public String toString() {
        return "LaunchReports[" + failedIndex + ", " + errno + ", " + times.length + " times]";
    }
}
