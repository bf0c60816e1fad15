package dev.lighter.kernel;

import dev.lighter.kernel.ffi.Native;
import dev.lighter.kernel.ffi.Native.LibC;
import java.nio.ByteBuffer;

/**
 * Starts a program from a descriptor with exactly the given descriptors open, an empty signal mask and every signal at its default,
 * whatever this process has: the one way a JVM makes a process that it controls wholly.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a>
 */
public final class Spawn {
    private static final LibC C = Native.libc();
    private static final Syscall FCNTL = Syscall.named("fcntl");
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final int FIRST_SAFE = 64;
    private static final int ACTIONS_BYTES = 256;
    private static final int ATTRIBUTES_BYTES = 512;
    private static final int SIGSET_BYTES = 128;

    private Spawn() {}

    /**
     * Starts the executable behind {@code program}. The descriptor at index i of {@code descriptors} becomes the child's number i, the
     * program itself the number after the last; nothing else stays open. The environment is empty. Gives the process id.
     */
    public static int spawn(Fd program, Fd... descriptors) throws ErrnoException {
        Fd[] moved = new Fd[descriptors.length + 1];
        try (NativeScope scope = NativeScope.open()) {
            int own = descriptors.length;
            for (int i = 0; i <= own; i++) {
                Fd source = i == own ? program : descriptors[i];
                // A source below the targets could be overwritten before it is copied.
                moved[i] = source.number() < FIRST_SAFE ? duplicateAbove(source) : null;
            }
            long actions = scope.allocate(ACTIONS_BYTES);
            long attributes = scope.allocate(ATTRIBUTES_BYTES);
            C.posix_spawn_file_actions_init(actions);
            C.posix_spawnattr_init(attributes);
            try {
                for (int i = 0; i <= own; i++) {
                    Fd source = i == own ? program : descriptors[i];
                    Fd copy = moved[i];
                    C.posix_spawn_file_actions_adddup2(actions, copy == null ? source.number() : copy.number(), i);
                }
                C.posix_spawn_file_actions_addclosefrom_np(actions, own + 1);
                ByteBuffer signals = scope.buffer(SIGSET_BYTES);
                C.posix_spawnattr_setsigmask(attributes, NativeScope.address(signals));
                for (int i = 0; i < SIGSET_BYTES; i++) {
                    signals.put(i, (byte) -1);
                }
                C.posix_spawnattr_setsigdefault(attributes, NativeScope.address(signals));
                C.posix_spawnattr_setflags(attributes, (short) (SETSIGDEF | SETSIGMASK));
                ByteBuffer argv = scope.buffer(16);
                argv.putLong(0, scope.string("lighter"));
                ByteBuffer pid = scope.buffer(8);
                int errno = C.posix_spawn(
                        NativeScope.address(pid),
                        scope.string("/proc/self/fd/" + own),
                        actions,
                        attributes,
                        NativeScope.address(argv),
                        NativeScope.address(argv) + 8,
                        0);
                if (errno != 0) {
                    throw new ErrnoException("posix_spawn", null, errno);
                }
                return pid.getInt(0);
            } finally {
                C.posix_spawnattr_destroy(attributes);
                C.posix_spawn_file_actions_destroy(actions);
            }
        } finally {
            for (Fd fd : moved) {
                if (fd != null) {
                    fd.close();
                }
            }
        }
    }

    private static Fd duplicateAbove(Fd fd) throws ErrnoException {
        return Fd.of(FCNTL.call(null, fd.number(), F_DUPFD_CLOEXEC, FIRST_SAFE));
    }
}
