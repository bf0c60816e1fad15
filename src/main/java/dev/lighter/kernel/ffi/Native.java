package dev.lighter.kernel.ffi;

import java.nio.ByteBuffer;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;
import jnr.ffi.provider.MemoryManager;
import jnr.ffi.types.intptr_t;

/**
 * The bridge to the C library. Every system call goes through {@code syscall(2)}, whose seven integer arguments travel in the same
 * registers whether the function is variadic or not (System V AMD64 ABI, AAPCS64). Stateless; safe for all threads.
 */
public final class Native {
    private static final LibC LIBC = LibraryLoader.create(LibC.class)
            .option(LibraryOption.LoadNow, Boolean.TRUE)
            .load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);
    private static final MemoryManager MEMORY = RUNTIME.getMemoryManager();

    private Native() {}

    /** The functions of glibc that have no system call of their own. */
    public interface LibC {
        @intptr_t
        long syscall(
                @intptr_t long number,
                @intptr_t long a,
                @intptr_t long b,
                @intptr_t long c,
                @intptr_t long d,
                @intptr_t long e,
                @intptr_t long f);

        /**
         * The last argument is not used: with exactly six, jffi 1.3's fast path passes rubbish as the sixth.
         */
        int posix_spawn(
                @intptr_t long pid,
                @intptr_t long path,
                @intptr_t long actions,
                @intptr_t long attributes,
                @intptr_t long argv,
                @intptr_t long envp,
                @intptr_t long unused);

        int posix_spawn_file_actions_init(@intptr_t long actions);

        int posix_spawn_file_actions_destroy(@intptr_t long actions);

        int posix_spawn_file_actions_adddup2(@intptr_t long actions, int from, int to);

        int posix_spawn_file_actions_addclosefrom_np(@intptr_t long actions, int from);

        int posix_spawnattr_init(@intptr_t long attributes);

        int posix_spawnattr_destroy(@intptr_t long attributes);

        int posix_spawnattr_setflags(@intptr_t long attributes, short flags);

        int posix_spawnattr_setsigmask(@intptr_t long attributes, @intptr_t long mask);

        int posix_spawnattr_setsigdefault(@intptr_t long attributes, @intptr_t long set);
    }

    /** The loaded C library. */
    public static LibC libc() {
        return LIBC;
    }

    /**
     * One system call. Returns its result, or the negated errno, as the kernel itself does.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/syscall.2.html">syscall(2)</a>
     */
    public static long syscall(long number, long a, long b, long c, long d, long e, long f) {
        long result = LIBC.syscall(number, a, b, c, d, e, f);
        return result == -1 ? -LastError.getLastError(RUNTIME) : result;
    }

    /** The address of a direct buffer's first byte (not of its position). */
    public static long addressOf(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("the buffer is not direct");
        }
        // The library adds the buffer's position: a copy of the view stands at its beginning.
        return MEMORY.newPointer(direct.duplicate().clear()).address();
    }
}
