package dev.lighter.image.registry;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * How far away an address is: which machines trust this one more than others.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6890">RFC 6890</a>
 */
public enum Reach {
    /** This machine. */
    LOOPBACK,
    /** What no router passes on: neighbours, and groups of them. */
    LINK,
    /** Networks of somebody's own, and addresses that are reserved or stand for others. */
    PRIVATE,
    /** What is reached from everywhere. */
    PUBLIC;

    /** How far away an address is. */
    public static Reach of(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return LOOPBACK;
        }
        if (address.isLinkLocalAddress() || address.isMulticastAddress()) {
            return LINK;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        boolean special = address instanceof Inet6Address
                ? (first & 0xfe) == 0xfc || first == 0 || first == 0x20 && second == 0x02
                : first == 0
                        || first >= 240
                        || first == 100 && (second & 0xc0) == 64
                        || first == 198 && (second & 0xfe) == 18;
        return special || address.isSiteLocalAddress() ? PRIVATE : PUBLIC;
    }
}
