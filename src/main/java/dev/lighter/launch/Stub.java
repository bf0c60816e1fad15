package dev.lighter.launch;

import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Channels;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Spawn;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** The executable that runs programs, kept in sealed memory. Safe for all threads; lives as long as the engine. */
final class Stub {
    private final Fd executable;

    Stub() throws IOException {
        executable = Channels.sealedMemory("lighter", read(Arch.host()));
    }

    static byte[] read(Arch arch) throws IOException {
        String name = "stub-" + arch.name().toLowerCase(Locale.ROOT);
        try (InputStream in = Stub.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from the class path");
            }
            return in.readAllBytes();
        }
    }

    /** Starts the stub with these descriptors, of which number 3 is its end of the control socket. Gives its process id. */
    int start(Fd... descriptors) throws ErrnoException {
        return Spawn.spawn(executable, descriptors);
    }

    /** Hands a program to a started stub, over our end of its control socket. */
    static void send(Fd control, Program program) throws ErrnoException {
        byte[] image = program.image();
        ByteBuffer buffer = BUFFERS.get();
        if (buffer.capacity() < image.length + 8) {
            buffer = ByteBuffer.allocateDirect(ProgramBuilder.MOST_BYTES + 8).order(ByteOrder.nativeOrder());
            BUFFERS.set(buffer);
        }
        buffer.clear();
        buffer.putLong(image.length).put(image).flip();
        control.writeFully(buffer);
    }

    private static final ThreadLocal<ByteBuffer> BUFFERS =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(64 * 1024).order(ByteOrder.nativeOrder()));
}
