package dev.lighter.kernel.inet;

import dev.lighter.kernel.netlink.IpPrefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An IP address with a port, and its form in the kernel: {@code struct sockaddr_in} or {@code sockaddr_in6}. Immutable.
 *
 * @param address the address; a link-local one of IPv6 with its scope
 * @param port 0 to 65535
 * @see <a href="https://man7.org/linux/man-pages/man7/ipv6.7.html">ipv6(7)</a>
 */
public record SocketAddress(InetAddress address, int port) {
    /** The size of {@code struct sockaddr_in6}, the larger one. */
    static final int MAX_BYTES = 28;

    private static final int V4_BYTES = 16;

    /** AF_INET or AF_INET6. */
    public int family() {
        return IpPrefix.family(address);
    }

    /** Writes the structure to the beginning of a buffer in native byte order; gives its size in bytes. */
    int encode(ByteBuffer into) {
        into.putShort(0, (short) family());
        into.put(2, (byte) (port >> 8)).put(3, (byte) port);
        if (address instanceof Inet4Address) {
            into.put(4, address.getAddress()).putLong(8, 0);
            return V4_BYTES;
        }
        into.putInt(4, 0).put(8, address.getAddress()).putInt(24, ((Inet6Address) address).getScopeId());
        return MAX_BYTES;
    }

    /** Reads the structure from the beginning of a buffer that the kernel filled. */
    static SocketAddress decode(ByteBuffer from) {
        int port = (from.get(2) & 0xff) << 8 | from.get(3) & 0xff;
        int family = from.order(ByteOrder.nativeOrder()).getShort(0);
        byte[] bytes = new byte[family == InetSocket.AF_INET ? 4 : 16];
        from.get(family == InetSocket.AF_INET ? 4 : 8, bytes);
        return new SocketAddress(IpPrefix.address(bytes), port);
    }

    /** The usual notation, {@code 127.0.0.1:80} or {@code [::1]:80}. */
    @Override
    public String toString() {
        return address instanceof Inet4Address
                ? IpPrefix.format(address) + ":" + port
                : "[" + IpPrefix.format(address) + "]:" + port;
    }
}
