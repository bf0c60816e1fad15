package dev.lighter.kernel;

import dev.lighter.kernel.ffi.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory outside the heap for the arguments of system calls, valid until the scope is closed. Scopes nest; each belongs to the thread
 * that opened it. All addresses are eight-byte aligned and the memory is zeroed.
 */
public final class NativeScope implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;
    private static final ThreadLocal<Stack> STACKS = ThreadLocal.withInitial(Stack::new);

    private final Stack stack;
    private final int mark;
    private final List<ByteBuffer> large = new ArrayList<>(0);

    private NativeScope(Stack stack) {
        this.stack = stack;
        this.mark = stack.used;
    }

    /** Opens a scope on the calling thread. */
    public static NativeScope open() {
        return new NativeScope(STACKS.get());
    }

    /** Zeroed memory of {@code bytes} as a buffer in native byte order; {@link #address} tells where it is. */
    public ByteBuffer buffer(int bytes) {
        int aligned = bytes + 7 & ~7;
        if (stack.used + aligned > CHUNK) {
            ByteBuffer own = ByteBuffer.allocateDirect(aligned).order(ByteOrder.nativeOrder());
            large.add(own);
            return own;
        }
        ByteBuffer slice = stack.memory.slice(stack.used, aligned).order(ByteOrder.nativeOrder());
        for (int i = 0; i < aligned; i += 8) {
            slice.putLong(i, 0);
        }
        stack.used += aligned;
        return slice;
    }

    /** Zeroed memory of {@code bytes}; gives its address. */
    public long allocate(int bytes) {
        return address(buffer(bytes));
    }

    /** The address of a buffer that a scope gave, or of any direct buffer's first byte. */
    public static long address(ByteBuffer buffer) {
        return Native.addressOf(buffer);
    }

    /** A NUL-terminated UTF-8 string; gives its address. */
    public long string(String value) {
        return string(value.getBytes(StandardCharsets.UTF_8));
    }

    /** A NUL-terminated string of raw bytes, such as a file name; gives its address. The bytes must not contain a NUL. */
    public long string(byte[] value) {
        for (byte b : value) {
            if (b == 0) {
                throw new IllegalArgumentException("a string for the kernel must not contain a NUL byte");
            }
        }
        ByteBuffer memory = buffer(value.length + 1);
        memory.put(0, value);
        return address(memory);
    }

    @Override
    public void close() {
        stack.used = mark;
        large.clear();
    }

    private static final class Stack {
        private final ByteBuffer memory = ByteBuffer.allocateDirect(CHUNK);
        private int used;
    }
}
