package dev.lighter.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes of files named by raw bytes relative to an open directory; links are not followed. Stateless; safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/xattr.7.html">xattr(7)</a>
 */
public final class Xattrs {
    private static final Syscall FSETXATTR = Syscall.named("fsetxattr");
    private static final Syscall LSETXATTR = Syscall.named("lsetxattr");
    private static final Syscall LGETXATTR = Syscall.named("lgetxattr");
    private static final Syscall LLISTXATTR = Syscall.named("llistxattr");
    /** Most attributes are short, and memory for the longest is dear. */
    private static final int SHORT_ATTRIBUTES = 1024;

    private Xattrs() {}

    /** fsetxattr(2); not for descriptors opened with O_PATH. */
    public static void set(Fd file, String attribute, byte[] value) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            FSETXATTR.call(
                    attribute,
                    file.number(),
                    scope.string(attribute),
                    NativeScope.address(copy(scope, value)),
                    value.length,
                    0,
                    0);
        }
    }

    /** lsetxattr(2) on the name itself. */
    public static void set(Fd directory, byte[] name, String attribute, byte[] value) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            LSETXATTR.call(
                    attribute,
                    scope.string(path(directory, name)),
                    scope.string(attribute),
                    NativeScope.address(copy(scope, value)),
                    value.length,
                    0,
                    0);
        }
    }

    /** The value of an extended attribute of the name itself, or null where it has none; fails with ERANGE when it is longer, lgetxattr(2). */
    public static byte @Nullable [] get(Fd directory, byte[] name, String attribute, int mostBytes)
            throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            long path = scope.string(path(directory, name));
            return attributes(
                    LGETXATTR,
                    attribute,
                    mostBytes,
                    scope,
                    (memory, bytes) -> LGETXATTR.raw(path, scope.string(attribute), memory, bytes, 0, 0));
        }
    }

    /** The names of the extended attributes of the name itself; fails with ERANGE when they are longer together, llistxattr(2). */
    public static List<String> list(Fd directory, byte[] name, int mostBytes) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            long path = scope.string(path(directory, name));
            byte[] names = attributes(
                    LLISTXATTR, text(name), mostBytes, scope, (memory, bytes) -> LLISTXATTR.raw(path, memory, bytes));
            return names == null || names.length == 0
                    ? List.of()
                    : List.of(new String(names, StandardCharsets.UTF_8).split("\0"));
        }
    }

    /** Reads attributes into memory; gives how many bytes, or a negated error number. */
    private interface AttributeCall {
        long read(long memory, int bytes);
    }

    private static byte @Nullable [] attributes(
            Syscall call, String subject, int mostBytes, NativeScope scope, AttributeCall reading)
            throws ErrnoException {
        ByteBuffer memory = scope.buffer(Math.min(mostBytes, SHORT_ATTRIBUTES));
        long length = reading.read(NativeScope.address(memory), Math.min(mostBytes, SHORT_ATTRIBUTES));
        if (length == -Errno.ERANGE && mostBytes > SHORT_ATTRIBUTES) {
            memory = scope.buffer(mostBytes);
            length = reading.read(NativeScope.address(memory), mostBytes);
        }
        if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
            return null;
        }
        if (length < 0) {
            throw call.failure(subject, length);
        }
        byte[] bytes = new byte[(int) length];
        memory.get(0, bytes);
        return bytes;
    }

    private static byte[] path(Fd directory, byte[] name) {
        byte[] parent = (directory.procPath() + "/").getBytes(StandardCharsets.US_ASCII);
        byte[] path = Arrays.copyOf(parent, parent.length + name.length);
        System.arraycopy(name, 0, path, parent.length, name.length);
        return path;
    }

    private static ByteBuffer copy(NativeScope scope, byte[] value) {
        return scope.buffer(Math.max(1, value.length)).put(0, value);
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }
}
