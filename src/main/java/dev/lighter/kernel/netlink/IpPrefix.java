package dev.lighter.kernel.netlink;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address with the length of its network's prefix, {@code 10.0.0.1/24}: a link's address, or with all other bits zero a
 * network. Immutable.
 *
 * @param address the address, host bits included
 * @param length how many leading bits name the network
 */
public record IpPrefix(InetAddress address, int length) {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

    /** The whole of IPv4. */
    public static final IpPrefix ANY_V4 = parse("0.0.0.0/0");
    /** The whole of IPv6. */
    public static final IpPrefix ANY_V6 = parse("::/0");

    /** Checks the length. */
    public IpPrefix {
        int most = 8 * address.getAddress().length;
        if (length < 0 || length > most) {
            throw new IllegalArgumentException(
                    "a prefix of " + address.getHostAddress() + " has 0 to " + most + " bits, not " + length);
        }
    }

    /** The network that consists of one address. */
    public static IpPrefix host(InetAddress address) {
        return new IpPrefix(address, 8 * address.getAddress().length);
    }

    /** Reads {@code address/length}, or an address alone, which is a network of one. */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        try {
            return slash < 0
                    ? host(address(text))
                    : new IpPrefix(address(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an address with a prefix length: " + text, e);
        }
    }

    /** Reads an address in digits; no name is ever asked for. */
    public static InetAddress address(String text) {
        if (!LITERAL.matcher(text).matches()
                || text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
            throw new IllegalArgumentException("not an IP address: " + text);
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + text, e);
        }
    }

    /** The address of four or sixteen bytes, which the kernel gave. */
    public static InetAddress address(byte[] bytes) {
        try {
            return bytes.length == 16 ? Inet6Address.getByAddress(null, bytes, -1) : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length, e);
        }
    }

    /** Writes an address in digits, those of IPv6 as RFC 5952 recommends: {@code fd00::1}. The inverse of {@link #address(String)}. */
    public static String format(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        int[] groups = new int[bytes.length / 2];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int start = 0;
        int length = 1;
        for (int from = 0; from < groups.length; from++) {
            int to = from;
            while (to < groups.length && groups[to] == 0) {
                to++;
            }
            if (to - from > length) {
                start = from;
                length = to - from;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (length > 1 && i == start) {
                text.append("::");
                i += length - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    /** Whether it is of IPv4. */
    public boolean isV4() {
        return address instanceof Inet4Address;
    }

    /** AF_INET or AF_INET6. */
    public int family() {
        return family(address);
    }

    /** AF_INET or AF_INET6. */
    public static int family(InetAddress address) {
        return address instanceof Inet4Address ? 2 : 10;
    }

    /** The prefix with all host bits zero. */
    public IpPrefix network() {
        byte[] bytes = address.getAddress();
        byte[] mask = mask();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= mask[i];
        }
        return new IpPrefix(address(bytes), length);
    }

    /** The address with all host bits one: the network's last, in IPv4 its broadcast address. */
    public InetAddress last() {
        byte[] bytes = address.getAddress();
        byte[] mask = mask();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] |= (byte) ~mask[i];
        }
        return address(bytes);
    }

    /** Ones where the network's bits are. */
    public byte[] mask() {
        byte[] mask = new byte[address.getAddress().length];
        for (int bit = 0; bit < length; bit++) {
            mask[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return mask;
    }

    /** Whether an address is in the network. Addresses of the other family never are. */
    public boolean contains(InetAddress other) {
        return family(other) == family() && network().equals(new IpPrefix(other, length).network());
    }

    @Override
    public String toString() {
        return format(address) + "/" + length;
    }
}
