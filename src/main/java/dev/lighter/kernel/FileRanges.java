package dev.lighter.kernel;

import java.nio.ByteBuffer;

/** Parts of open files: where there is data, and copies from file to file without a detour. Stateless; safe for all threads. */
final class FileRanges {
    private static final Syscall LSEEK = Syscall.named("lseek");
    private static final Syscall SENDFILE = Syscall.named("sendfile");
    private static final Syscall COPY_FILE_RANGE = Syscall.named("copy_file_range");
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private FileRanges() {}

    /** Where data begins in a file at an offset or behind it; -1 where there is none up to its end, lseek(2). */
    public static long nextData(Fd file, long offset) throws ErrnoException {
        long result = LSEEK.raw(file.number(), offset, SEEK_DATA);
        if (result == -Errno.ENXIO) {
            return -1;
        }
        if (result < 0) {
            throw LSEEK.failure(null, result);
        }
        return result;
    }

    /** Where the data at an offset of a file ends, lseek(2). */
    public static long nextHole(Fd file, long offset) throws ErrnoException {
        return LSEEK.call(null, file.number(), offset, SEEK_HOLE);
    }

    /** Copies bytes to the same place of another file, by reference where the filesystem can, copy_file_range(2). Gives how many; 0 at the end. */
    public static long copyRange(Fd from, Fd to, long offset, long bytes) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer offsets = scope.buffer(16);
            offsets.putLong(0, offset).putLong(8, offset);
            long in = NativeScope.address(offsets);
            return COPY_FILE_RANGE.call(null, from.number(), in, to.number(), in + 8, bytes, 0);
        }
    }

    /** The same by copying, between filesystems that share nothing, sendfile(2). Moves the position of {@code to}. */
    public static long sendRange(Fd from, Fd to, long offset, long bytes) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            LSEEK.call(null, to.number(), offset, SEEK_SET);
            ByteBuffer start = scope.buffer(8).putLong(0, offset);
            return SENDFILE.call(null, to.number(), from.number(), NativeScope.address(start), bytes, 0, 0);
        }
    }
}
