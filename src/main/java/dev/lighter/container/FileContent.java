package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Moves the content of single files, in pieces of a constant size. Stateless; safe for all threads. */
final class FileContent {
    private static final int PIECE = 128 * 1024;
    private static final int NEW_FILE = 0644;
    private static final int PRIVATE = 0600;
    private static final SecureRandom RANDOM = new SecureRandom();

    private FileContent() {}

    /**
     * Sends a file from its position on.
     *
     * @param size as many bytes are sent, and a file that shrinks meanwhile is a failure; 0 for all there are
     */
    static void send(Fd file, long size, OutputStream output) throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(PIECE);
        byte[] heap = new byte[PIECE];
        long left = size == 0 ? Long.MAX_VALUE : size;
        while (left > 0) {
            direct.clear().limit((int) Math.min(left, PIECE));
            int count = read(file, direct);
            if (count == 0) {
                break;
            }
            direct.flip().get(heap, 0, count);
            output.write(heap, 0, count);
            left -= count;
        }
        if (size > 0 && left > 0) {
            throw new IOException("the file has shrunk while it was read");
        }
        output.flush();
    }

    private static int read(Fd file, ByteBuffer direct) throws ErrnoException {
        long count;
        do {
            count = file.read(direct);
        } while (count == -Errno.EINTR);
        if (count < 0) {
            throw new ErrnoException("read", "file", (int) -count);
        }
        return (int) count;
    }

    /** Keeps all of a stream in a file without a name, which is gone when it is closed, or the engine dies; gives it to be read. */
    static Fd spool(Path directory, InputStream content) throws IOException {
        try (Fd parent = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY, 0);
                Fd spool = FileCalls.createUnnamed(parent, PRIVATE)) {
            ByteBuffer direct = ByteBuffer.allocateDirect(PIECE);
            byte[] heap = new byte[PIECE];
            for (int count = content.read(heap); count >= 0; count = content.read(heap)) {
                direct.clear().put(heap, 0, count).flip();
                spool.writeFully(direct);
            }
            return Fd.open(Path.of(spool.procPath()), Fd.O_RDONLY, 0);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT)) {
                throw new EngineException(
                        EngineException.Kind.UNAVAILABLE, "the engine's disk is full: make room and try again", e);
            }
            throw e;
        }
    }

    /** Puts a file with this content in the place of what has the name, which a directory, a device, a pipe or a socket keeps. */
    static void replace(Fd directory, byte[] name, Fd content) throws IOException {
        FileCalls.Status before = FileCalls.status(directory, name);
        FileCalls.Status owner = FileCalls.status(directory);
        int mode = NEW_FILE;
        if (before != null) {
            requireNoMount(directory, name);
            if (before.isDirectory()) {
                throw new ErrnoException("rename", "file", Errno.EISDIR);
            }
            if (before.type() == FileCalls.REGULAR) {
                owner = before;
                mode = before.mode() & 07777;
            } else if (before.type() != FileCalls.SYMLINK) {
                throw EngineException.conflict(new String(name, StandardCharsets.UTF_8)
                        + " is a device, a pipe or a socket: it is not replaced");
            }
        }
        byte[] temporary = temporaryName();
        boolean unnamed = true;
        Fd made;
        try {
            made = FileCalls.createUnnamed(directory, PRIVATE);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EISDIR) && !e.is(Errno.EINVAL)) {
                throw e;
            }
            unnamed = false;
            made = FileCalls.create(directory, temporary, PRIVATE);
        }
        boolean done = false;
        try (Fd file = made) {
            copy(content, file);
            FileCalls.changeOwner(file, owner.uid(), owner.gid());
            FileCalls.changeMode(file, mode);
            if (unnamed) {
                FileCalls.name(file, directory, before == null ? name : temporary);
            }
            if (!unnamed || before != null) {
                FileCalls.rename(directory, temporary, directory, name);
            }
            done = true;
        } finally {
            if (!done) {
                forget(directory, temporary);
            }
        }
    }

    /** The engine is in another mount namespace, where the kernel does not refuse what would undo a container's mount. */
    static void requireNoMount(Fd directory, byte[] name) throws ErrnoException {
        if (FileCalls.isMountPoint(directory, name)) {
            throw new ErrnoException("rename", "file", Errno.EBUSY);
        }
    }

    private static byte[] temporaryName() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return (".lighter-" + HexFormat.of().formatHex(bytes)).getBytes(StandardCharsets.US_ASCII);
    }

    private static void copy(Fd from, Fd to) throws ErrnoException {
        ByteBuffer direct = ByteBuffer.allocateDirect(PIECE);
        while (true) {
            direct.clear();
            if (read(from, direct) == 0) {
                return;
            }
            direct.flip();
            to.writeFully(direct);
        }
    }

    private static void forget(Fd directory, byte[] name) throws ErrnoException {
        if (FileCalls.status(directory, name) != null) {
            FileCalls.unlink(directory, name);
        }
    }
}
