package dev.lighter.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Text files that the kernel makes up when they are read, such as those of {@code /proc} and of control groups: of unknown length, read
 * often, and gone at any moment. Through raw system calls, which are cheap and tell the error number.
 */
public final class KernelFile {
    private static final int PIECE = 8192;
    private static final ThreadLocal<ByteBuffer> MEMORY = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(PIECE));

    private KernelFile() {}

    /** Reads a whole file. Fails with ENOENT when it is gone, and as the kernel says, such as ESRCH when its process has ended meanwhile. */
    public static String read(Path file) throws ErrnoException {
        ByteBuffer memory = MEMORY.get();
        try (Fd fd = Fd.open(file, Fd.O_RDONLY, 0)) {
            byte[] content = new byte[0];
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
                    return new String(content, StandardCharsets.UTF_8);
                }
                int before = content.length;
                content = Arrays.copyOf(content, before + (int) count);
                memory.get(0, content, before, (int) count);
            }
        }
    }
}
