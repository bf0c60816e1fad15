package dev.lighter.kernel.netlink;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The datagrams of a netlink socket: as many messages as fit in one system call. Not to be used by two threads at once.
 */
final class NetlinkChannel implements AutoCloseable {
    private static final Syscall SOCKET = Syscall.named("socket");
    private static final Syscall BIND = Syscall.named("bind");
    private static final Syscall GETSOCKNAME = Syscall.named("getsockname");
    private static final Syscall SETSOCKOPT = Syscall.named("setsockopt");
    private static final Syscall SENDTO = Syscall.named("sendto");
    private static final Syscall RECVFROM = Syscall.named("recvfrom");
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int ADDRESS_BYTES = 12;
    private static final int MSG_TRUNC = 0x20;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    /** Answers to requests need not repeat them; since Linux 4.3. */
    private static final int NETLINK_CAP_ACK = 10;
    /** Answers explain themselves; since Linux 4.12. */
    private static final int NETLINK_EXT_ACK = 11;

    private static final int SOCKET_MEMORY = 4 << 20;
    /** The kernel fills at most 32 KB of a dump into one datagram. */
    private static final int RECEIVE_BYTES = 64 * 1024;

    private static final int SEND_BYTES = 16 * 1024;
    private static final int SEND_OVERHEAD = 4096;

    /** What is received is copied before the next call, so a thread's sockets share its memory; so do they what they send. */
    private static final ThreadLocal<ByteBuffer> RECEIVING = ThreadLocal.withInitial(() -> direct(RECEIVE_BYTES));

    private static final ThreadLocal<ByteBuffer> SENDING = ThreadLocal.withInitial(() -> direct(SEND_BYTES));

    private final Fd fd;
    private int sendMemory;

    private NetlinkChannel(Fd fd) {
        this.fd = fd;
    }

    static NetlinkChannel open(NetlinkSocket.Protocol protocol) throws ErrnoException {
        Fd fd = Fd.of(SOCKET.call("netlink " + protocol, AF_NETLINK, SOCK_RAW | Fd.O_CLOEXEC, protocol.number));
        try {
            set(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
            set(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
            memory(fd, SO_RCVBUFFORCE, SO_RCVBUF, SOCKET_MEMORY);
            bind(fd);
            return new NetlinkChannel(fd);
        } catch (ErrnoException e) {
            fd.close();
            throw e;
        }
    }

    /** Gets the socket a number of its own: without one it would not be told of what the kernel itself does. */
    private static void bind(Fd fd) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer address = scope.buffer(ADDRESS_BYTES);
            address.putShort(0, (short) AF_NETLINK);
            BIND.call("netlink", fd.number(), NativeScope.address(address), ADDRESS_BYTES);
        }
    }

    int port() throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer address = scope.buffer(ADDRESS_BYTES);
            ByteBuffer length = scope.buffer(4);
            length.putInt(0, ADDRESS_BYTES);
            GETSOCKNAME.call("netlink", fd.number(), NativeScope.address(address), NativeScope.address(length));
            return address.getInt(4);
        }
    }

    Fd fd() {
        return fd;
    }

    void join(int group) throws ErrnoException {
        set(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    }

    boolean awaitReadable(int timeoutMillis) throws ErrnoException {
        return fd.awaitReadable(timeoutMillis);
    }

    /** Sends the requests with consecutive sequence numbers in one datagram. */
    void send(List<NetlinkRequest> requests, int firstSequence, int flags) throws ErrnoException {
        ByteBuffer sending = prepare(requests);
        for (int i = 0; i < requests.size(); i++) {
            requests.get(i).write(sending, firstSequence + i, flags);
        }
        flush(sending, requests.get(0).toString());
    }

    /** Sends the requests in one datagram; only one of them is to be acknowledged. */
    void sendTransaction(List<NetlinkRequest> requests, int firstSequence, int acknowledged) throws ErrnoException {
        ByteBuffer sending = prepare(requests);
        for (int i = 0; i < requests.size(); i++) {
            requests.get(i).write(sending, firstSequence + i, i == acknowledged ? NetlinkMessage.F_ACK : 0);
        }
        flush(sending, requests.get(1).toString());
    }

    /** Waits for a datagram. Fails with ENOBUFS when the kernel had to drop some, with EMSGSIZE when one does not fit. */
    List<NetlinkMessage> receive() throws ErrnoException {
        ByteBuffer receiving = RECEIVING.get();
        long count = RECVFROM.call(null, fd.number(), NativeScope.address(receiving), RECEIVE_BYTES, MSG_TRUNC, 0, 0);
        if (count > RECEIVE_BYTES) {
            throw new ErrnoException("recvfrom", "netlink message of " + count + " bytes", Errno.EMSGSIZE);
        }
        byte[] copy = new byte[(int) count];
        receiving.get(0, copy);
        List<NetlinkMessage> messages = NetlinkMessage.parse(ByteBuffer.wrap(copy));
        for (NetlinkMessage message : messages) {
            if (message.type() == NetlinkMessage.OVERRUN) {
                throw new ErrnoException("recvfrom", "netlink", Errno.ENOBUFS);
            }
        }
        return messages;
    }

    @Override
    public void close() {
        fd.close();
    }

    private ByteBuffer prepare(List<NetlinkRequest> requests) throws ErrnoException {
        int bytes = 0;
        for (NetlinkRequest request : requests) {
            bytes = Math.addExact(bytes, request.length());
        }
        // What is more than usual is not kept.
        ByteBuffer sending = bytes <= SEND_BYTES ? SENDING.get() : direct(bytes);
        if (bytes > SEND_BYTES && bytes + SEND_OVERHEAD > sendMemory) {
            sendMemory = 2 * bytes + SEND_OVERHEAD;
            memory(fd, SO_SNDBUFFORCE, SO_SNDBUF, sendMemory);
        }
        return sending.clear();
    }

    private void flush(ByteBuffer sending, String subject) throws ErrnoException {
        SENDTO.call(subject, fd.number(), NativeScope.address(sending), sending.position(), 0, 0, 0);
    }

    /** Sets the limit of a socket's memory beyond the system's, or up to it where that is not allowed. */
    private static void memory(Fd fd, int force, int plain, int bytes) throws ErrnoException {
        try {
            set(fd, SOL_SOCKET, force, bytes);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            set(fd, SOL_SOCKET, plain, bytes);
        }
    }

    private static void set(Fd fd, int level, int option, int value) throws ErrnoException {
        try (NativeScope scope = NativeScope.open()) {
            ByteBuffer memory = scope.buffer(4);
            memory.putInt(0, value);
            SETSOCKOPT.call("option " + option, fd.number(), level, option, NativeScope.address(memory), 4, 0);
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
