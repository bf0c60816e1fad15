package dev.lighter.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Pipes, unix sockets, memory files, and moving bytes between them inside the kernel.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/splice.2.html">splice(2)</a>
 */
public final class Channels {
    private static final Syscall SOCKETPAIR = Syscall.named("socketpair");
    private static final Syscall SOCKET = Syscall.named("socket");
    private static final Syscall CONNECT = Syscall.named("connect");
    private static final Syscall PIPE2 = Syscall.named("pipe2");
    private static final Syscall SPLICE = Syscall.named("splice");
    private static final Syscall LSEEK = Syscall.named("lseek");
    private static final Syscall MEMFD_CREATE = Syscall.named("memfd_create");
    private static final Syscall FCNTL = Syscall.named("fcntl");
    private static final Syscall GETSOCKOPT = Syscall.named("getsockopt");
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SEEK_END = 2;
    private static final int SPLICE_F_MOVE = 1;
    private static final int SPLICE_F_NONBLOCK = 2;
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_ADD_SEALS = 1033;
    private static final int ALL_SEALS = 0x1 | 0x2 | 0x4 | 0x8;

    private Channels() {}

    /** Two ends of something that bytes go through. */
    public record Pair(Fd first, Fd second) implements AutoCloseable {
        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    /** A pair of connected stream sockets, socketpair(2). */
    public static Pair socketPair() throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer fds = scope.buffer(8);
            SOCKETPAIR.call(null, AF_UNIX, SOCK_STREAM | Fd.O_CLOEXEC, 0, NativeScope.address(fds), 0, 0);
            return new Pair(Fd.of(fds.getInt(0)), Fd.of(fds.getInt(4)));
        }
    }

    /** The reading and the writing end of a pipe, pipe(2). */
    public static Pair pipe() throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer fds = scope.buffer(8);
            PIPE2.call(null, NativeScope.address(fds), Fd.O_CLOEXEC, 0);
            return new Pair(Fd.of(fds.getInt(0)), Fd.of(fds.getInt(4)));
        }
    }

    /** From now on calls on this end return instead of waiting, fcntl(2). */
    public static void dontWait(Fd end) throws ErrnoException {
        long flags = FCNTL.call(null, end.number(), F_GETFL, 0);
        FCNTL.call(null, end.number(), F_SETFL, flags | Fd.O_NONBLOCK);
    }

    /** Connects to the unix socket with this name in a directory, however long the directory's path is. Fails with ECONNREFUSED or ENOENT. */
    public static Fd connect(Fd directory, String name) throws ErrnoException {
        Fd socket = Fd.of(SOCKET.call(null, AF_UNIX, SOCK_STREAM | Fd.O_CLOEXEC, 0));
        try (NativeScope scope = NativeScope.open()) {
            byte[] address = unixAddress(directory.procPath() + "/" + name);
            ByteBuffer memory = scope.buffer(address.length);
            memory.put(0, address);
            CONNECT.call(name, socket.number(), NativeScope.address(memory), address.length);
            return socket;
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /** The process that listens on the other side of a connected unix socket, SO_PEERCRED in unix(7). */
    public static int peerPid(Fd socket) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer credentials = scope.buffer(12);
            ByteBuffer length = scope.buffer(4);
            length.putInt(0, 12);
            GETSOCKOPT.call(
                    "SO_PEERCRED",
                    socket.number(),
                    SOL_SOCKET,
                    SO_PEERCRED,
                    NativeScope.address(credentials),
                    NativeScope.address(length),
                    0);
            return credentials.getInt(0);
        }
    }

    /** A {@code struct sockaddr_un}, unix(7). The path has at most 107 bytes. */
    public static byte[] unixAddress(String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length > 107) {
            throw new IllegalArgumentException("the path of a unix socket has at most 107 bytes: " + path);
        }
        byte[] address = new byte[2 + name.length + 1];
        address[0] = AF_UNIX;
        System.arraycopy(name, 0, address, 2, name.length);
        return address;
    }

    /**
     * Moves bytes from a pipe to a file at the file's own position without waiting; gives the count, 0 when every writer is gone, or the
     * negated error number (EAGAIN: the pipe is empty). What was moved is in the file even when this process is killed on the way.
     */
    public static long splice(Fd pipe, Fd file, int atMost) {
        return SPLICE.raw(pipe.number(), 0, file.number(), 0, atMost, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    }

    /** Puts a file's position at its end; gives it in bytes. */
    public static long seekToEnd(Fd file) throws ErrnoException {
        return LSEEK.call(null, file.number(), 0, SEEK_END);
    }

    /** An unnamed file in memory that nobody can change any more, memfd_create(2). */
    public static Fd sealedMemory(String name, byte[] content) throws IOException {
        try (NativeScope scope = NativeScope.open()) {
            Fd fd = Fd.of(MEMFD_CREATE.call(name, scope.string(name), MFD_CLOEXEC | MFD_ALLOW_SEALING, 0));
            ByteBuffer bytes = scope.buffer(content.length);
            bytes.put(0, content).limit(content.length);
            fd.writeFully(bytes);
            FCNTL.call(name, fd.number(), F_ADD_SEALS, ALL_SEALS);
            return fd;
        }
    }
}
