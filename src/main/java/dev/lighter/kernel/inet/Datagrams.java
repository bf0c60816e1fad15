package dev.lighter.kernel.inet;

import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Memory to receive one datagram at a time together with where it came from and where it went, and to send an answer back from that very
 * address. Used by one thread at a time, for any number of sockets with {@link InetSocket#reportDestination}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvmsg.2.html">recvmsg(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">IP_PKTINFO in ip(7)</a>
 */
public final class Datagrams {
    /** More than any datagram has. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final Syscall RECVMSG = Syscall.named("recvmsg");
    private static final Syscall SENDMSG = Syscall.named("sendmsg");
    private static final int HEADER_BYTES = 56;
    private static final int CONTROL_BYTES = 64;
    private static final int NAME_LENGTH = 8;
    private static final int CONTROL_LENGTH = 40;
    /** Where struct in_pktinfo or in6_pktinfo begins, behind struct cmsghdr. */
    private static final int PKTINFO = 16;

    private final ByteBuffer header = direct(HEADER_BYTES);
    private final ByteBuffer vector = direct(16);
    private final ByteBuffer name = direct(SocketAddress.MAX_BYTES);
    private final ByteBuffer control = direct(CONTROL_BYTES);
    private final ByteBuffer payload = direct(MAX_BYTES);
    private final long headerAddress = NativeScope.address(header);
    private final long payloadAddress = NativeScope.address(payload);

    /** Allocates the memory: about {@link #MAX_BYTES}. */
    public Datagrams() {
        header.putLong(0, NativeScope.address(name))
                .putLong(16, NativeScope.address(vector))
                .putLong(24, 1)
                .putLong(32, NativeScope.address(control));
        vector.putLong(0, payloadAddress);
    }

    /** Both ends of a datagram in the kernel's form, equal when both ends are. */
    public static final class Path {
        private final byte[] name;
        private final byte[] control;

        private Path(byte[] name, byte[] control) {
            this.name = name;
            this.control = control;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Path path && Arrays.equals(name, path.name) && Arrays.equals(control, path.control);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(name) + Arrays.hashCode(control);
        }

        @Override
        public String toString() {
            return SocketAddress.decode(ByteBuffer.wrap(name)).toString();
        }
    }

    /** Where {@link #receive} puts the datagram. */
    public long payloadAddress() {
        return payloadAddress;
    }

    /** Receives one; gives its size in bytes, or the negated error number. {@link #path} tells about it. */
    public long receive(InetSocket socket) {
        header.putInt(NAME_LENGTH, SocketAddress.MAX_BYTES).putLong(CONTROL_LENGTH, CONTROL_BYTES);
        vector.putLong(8, MAX_BYTES);
        return RECVMSG.raw(socket.fd().number(), headerAddress, 0);
    }

    /** Both ends of the datagram that was received last. */
    public Path path() {
        byte[] from = new byte[header.getInt(NAME_LENGTH)];
        name.get(0, from);
        byte[] to = new byte[(int) header.getLong(CONTROL_LENGTH)];
        control.get(0, to);
        return new Path(from, to);
    }

    /** Sends {@code bytes} of the payload the opposite way; gives the negated error number when that fails. */
    public long reply(InetSocket socket, Path path, int bytes) {
        name.put(0, path.name);
        control.put(0, path.control);
        header.putInt(NAME_LENGTH, path.name.length).putLong(CONTROL_LENGTH, path.control.length);
        if (path.control.length > 0) {
            leaveInterfaceToRoute(socket.family());
        }
        vector.putLong(8, bytes);
        return SENDMSG.raw(socket.fd().number(), headerAddress, 0);
    }

    /** The source is the address that the datagram came to; the interface only says something about a link-local one. */
    private void leaveInterfaceToRoute(int family) {
        if (family == InetSocket.AF_INET) {
            control.putInt(PKTINFO, 0);
        } else if (control.get(PKTINFO) != (byte) 0xfe) {
            control.putInt(PKTINFO + 16, 0);
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
