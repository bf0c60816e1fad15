package dev.lighter.kernel.inet;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A non-blocking TCP, UDP or SCTP socket of one address family: one of IPv6 never serves IPv4. Whoever opened it closes it; safe for all
 * threads as far as its descriptor is. What would have to wait gives {@code -EAGAIN}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7)</a>
 */
public final class InetSocket implements AutoCloseable {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;

    private static final Syscall SOCKET = Syscall.named("socket");
    private static final Syscall BIND = Syscall.named("bind");
    private static final Syscall LISTEN = Syscall.named("listen");
    private static final Syscall ACCEPT4 = Syscall.named("accept4");
    private static final Syscall CONNECT = Syscall.named("connect");
    private static final Syscall SHUTDOWN = Syscall.named("shutdown");
    private static final Syscall SENDTO = Syscall.named("sendto");
    private static final Syscall RECVFROM = Syscall.named("recvfrom");
    private static final Syscall SETSOCKOPT = Syscall.named("setsockopt");
    private static final Syscall GETSOCKOPT = Syscall.named("getsockopt");
    private static final Syscall GETSOCKNAME = Syscall.named("getsockname");
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int SO_KEEPALIVE = 9;
    private static final int SO_LINGER = 13;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    private static final int IPPROTO_IP = 0;
    private static final int IP_PKTINFO = 8;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int TCP_NODELAY = 1;
    private static final int SHUT_WR = 1;
    private static final int MSG_PEEK = 0x2;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** What a socket speaks, with its numbers for socket(2). */
    public enum Transport {
        TCP(1, 6),
        UDP(2, 17),
        SCTP(1, 132);

        private final int type;
        private final int protocol;

        Transport(int type, int protocol) {
            this.type = type;
            this.protocol = protocol;
        }
    }

    private final Fd fd;
    private final int family;

    private InetSocket(Fd fd, int family) {
        this.fd = fd;
        this.family = family;
    }

    /**
     * Opens a socket of {@link #AF_INET} or {@link #AF_INET6}. Fails with EPROTONOSUPPORT or ESOCKTNOSUPPORT where the kernel lacks the
     * protocol, with EAFNOSUPPORT where it lacks the family, with EMFILE where the process has too many descriptors.
     */
    public static InetSocket open(int family, Transport transport) throws ErrnoException {
        int type = transport.type | Fd.O_CLOEXEC | Fd.O_NONBLOCK;
        InetSocket socket =
                new InetSocket(Fd.of(SOCKET.call(transport.name(), family, type, transport.protocol)), family);
        try {
            if (family == AF_INET6) {
                socket.option(IPPROTO_IPV6, IPV6_V6ONLY, 1);
            }
            return socket;
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /** Takes a local address, bind(2). Fails with EADDRINUSE, EADDRNOTAVAIL, or EACCES for a port below 1024. */
    public void bind(SocketAddress address) throws ErrnoException {
        withAddress(BIND, address);
    }

    /** Lets clients connect, at most {@code backlog} of them not yet accepted. Fails with EADDRINUSE when another one listens here. */
    public void listen(int backlog) throws ErrnoException {
        LISTEN.call(null, fd.number(), backlog, 0);
    }

    /** The next client, or null when there is none at present. Fails with EMFILE or ENFILE when there is no descriptor for it. */
    public @Nullable InetSocket accept() throws ErrnoException {
        while (true) {
            long result = ACCEPT4.raw(fd.number(), 0, 0, Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0, 0);
            if (result >= 0) {
                return new InetSocket(Fd.of(result), family);
            }
            switch ((int) -result) {
                case Errno.EAGAIN -> {
                    return null;
                }
                case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS, Errno.EBADF, Errno.EINVAL ->
                    throw ACCEPT4.failure(null, result);
                default -> {
                    // accept(2): errors that are already pending on the new connection are those of a client that is
                    // gone.
                }
            }
        }
    }

    /** Begins to connect, and asked again tells how it went: true when connected, false while that is under way; else fails with the reason. */
    public boolean connect(SocketAddress address) throws ErrnoException {
        try {
            withAddress(CONNECT, address);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.EINPROGRESS) || e.is(Errno.EALREADY)) {
                return false;
            }
            if (e.is(Errno.EISCONN)) {
                return true;
            }
            throw e;
        }
    }

    /** Sends from address {@code memory}; gives how many of {@code bytes} were taken, or the negated error number. */
    public long send(long memory, int bytes) {
        return SENDTO.raw(fd.number(), memory, bytes, MSG_NOSIGNAL, 0, 0);
    }

    /** Receives to address {@code memory}; gives the byte count, 0 at the end, or the negated error number. */
    public long receive(long memory, int bytes) {
        return RECVFROM.raw(fd.number(), memory, bytes, 0, 0, 0);
    }

    /** As {@link #receive}, but leaves what it gives where it is. */
    public long peek(long memory, int bytes) {
        return RECVFROM.raw(fd.number(), memory, bytes, MSG_PEEK, 0, 0);
    }

    /** Takes that many bytes of a TCP stream out of the kernel's buffer without looking at them, {@code MSG_TRUNC} in tcp(7). */
    public long discard(int bytes) {
        return RECVFROM.raw(fd.number(), 0, bytes, MSG_TRUNC, 0, 0);
    }

    /** Tells the peer that nothing more will be sent. A peer that is gone is no error. */
    public void shutdownOutput() {
        SHUTDOWN.raw(fd.number(), SHUT_WR, 0);
    }

    /** When this is closed, the peer shall see a reset instead of an orderly end. */
    public void resetOnClose() {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer linger = scope.buffer(8);
            linger.putInt(0, 1);
            SETSOCKOPT.raw(fd.number(), SOL_SOCKET, SO_LINGER, NativeScope.address(linger), 8, 0);
        }
    }

    /** The pending error of the socket, which is forgotten by asking; 0 when there is none. */
    public int takeError() throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer value = scope.buffer(4);
            ByteBuffer length = scope.buffer(4);
            length.putInt(0, 4);
            GETSOCKOPT.call(
                    "SO_ERROR",
                    fd.number(),
                    SOL_SOCKET,
                    SO_ERROR,
                    NativeScope.address(value),
                    NativeScope.address(length),
                    0);
            return value.getInt(0);
        }
    }

    /** The address the socket is bound to. */
    public SocketAddress localAddress() throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer address = scope.buffer(SocketAddress.MAX_BYTES);
            ByteBuffer length = scope.buffer(4);
            length.putInt(0, SocketAddress.MAX_BYTES);
            GETSOCKNAME.call(null, fd.number(), NativeScope.address(address), NativeScope.address(length));
            return SocketAddress.decode(address);
        }
    }

    /** Whether connections of the past may keep the address; two sockets that listen never share one. */
    public void reuseAddress(boolean reuse) throws ErrnoException {
        option(SOL_SOCKET, SO_REUSEADDR, reuse ? 1 : 0);
    }

    /** Sends small segments at once and looks after a peer that says nothing for hours. */
    public void tuneForRelaying() throws ErrnoException {
        option(Transport.TCP.protocol, TCP_NODELAY, 1);
        option(SOL_SOCKET, SO_KEEPALIVE, 1);
    }

    /** Lets each received datagram tell which address it was sent to; see {@link Datagrams}. */
    public void reportDestination() throws ErrnoException {
        if (family == AF_INET) {
            option(IPPROTO_IP, IP_PKTINFO, 1);
        } else {
            option(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
        }
    }

    /** Drops everything that arrives before it costs memory, by a filter program of the one instruction {@code ret #0}. */
    public void dropIncoming() throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer instruction = scope.buffer(8);
            instruction.putShort(0, (short) 0x06);
            ByteBuffer program = scope.buffer(16);
            program.putShort(0, (short) 1).putLong(8, NativeScope.address(instruction));
            SETSOCKOPT.call(
                    "SO_ATTACH_FILTER", fd.number(), SOL_SOCKET, SO_ATTACH_FILTER, NativeScope.address(program), 16, 0);
        }
    }

    /** Undoes {@link #dropIncoming}. */
    public void acceptIncoming() throws ErrnoException {
        option(SOL_SOCKET, SO_DETACH_FILTER, 0);
    }

    /** AF_INET or AF_INET6. */
    public int family() {
        return family;
    }

    /** The descriptor, to be watched; it stays this socket's. */
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }

    private void option(int level, int name, int number) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer value = scope.buffer(4);
            value.putInt(0, number);
            SETSOCKOPT.call("option " + name, fd.number(), level, name, NativeScope.address(value), 4, 0);
        }
    }

    private void withAddress(Syscall call, SocketAddress address) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer memory = scope.buffer(SocketAddress.MAX_BYTES);
            int bytes = address.encode(memory);
            call.call(address.toString(), fd.number(), NativeScope.address(memory), bytes);
        }
    }
}
