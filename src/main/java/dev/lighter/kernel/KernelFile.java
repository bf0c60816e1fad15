package dev.lighter.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Text files that the kernel makes up when they are read, such as those of {@code /proc} and of control groups: of unknown length, read
 * often, and gone at any moment. Through raw system calls, which are cheap and tell the error number.
 */
public final class KernelFile {
    private static final int PIECE = 4096;

    private KernelFile() {}

    /** Reads a whole file. Fails with ENOENT when it is gone, and as the kernel says, such as ESRCH when its process has ended meanwhile. */
    public static String read(Path file) throws ErrnoException {
        ByteArrayOutputStream content = new ByteArrayOutputStream(512);
        try (NativeScope scope = NativeScope.open();
                Fd fd = Fd.open(file, Fd.O_RDONLY, 0)) {
            ByteBuffer memory = scope.buffer(PIECE);
            byte[] piece = new byte[PIECE];
            while (true) {
                memory.clear();
                long count = fd.read(memory);
                if (count == -Errno.EINTR) {
                    continue;
                }
                if (count < 0) {
                    throw new ErrnoException("read", file.toString(), (int) -count);
                }
                if (count == 0) {
                    return content.toString(StandardCharsets.UTF_8);
                }
                memory.get(0, piece, 0, (int) count);
                content.write(piece, 0, (int) count);
            }
        }
    }
}
