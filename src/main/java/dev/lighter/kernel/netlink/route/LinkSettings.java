package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.netlink.AttributeWriter;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What can be said of a link when it is made as well as later. Used by one thread.
 *
 * @param <T> the kind of settings, which every method gives back
 */
public abstract sealed class LinkSettings<T extends LinkSettings<T>> permits NewLink, LinkChange, VethPeer {
    /** The size of {@code struct ifinfomsg}. */
    static final int STRUCT = 16;

    static final int ADDRESS = 1;
    static final int NAME = 3;
    static final int MTU = 4;
    static final int LINK = 5;
    static final int MASTER = 10;
    static final int LINK_INFO = 18;
    static final int NAMESPACE_FD = 28;
    static final int TRANSMIT_QUEUES = 31;
    static final int RECEIVE_QUEUES = 32;
    static final int INFO_KIND = 1;
    static final int INFO_DATA = 2;
    static final int INFO_PORT_KIND = 4;
    static final int INFO_PORT_DATA = 5;
    static final int UP = 1;

    /** The kernel's IFNAMSIZ, less the NUL. */
    private static final int LONGEST_NAME = 15;

    private final AttributeWriter attributes = new AttributeWriter();
    private int flags;
    private int changed;

    /** Says how the link's common settings are to be. */
    LinkSettings() {}

    abstract T self();

    /** The largest packet in bytes. */
    public T mtu(int bytes) {
        attributes.u32(MTU, bytes);
        return self();
    }

    /** The address by which its neighbours know it. */
    public T mac(MacAddress address) {
        attributes.bytes(ADDRESS, address.toBytes());
        return self();
    }

    /** Puts it into a namespace, which must be open until the message is sent. */
    public T namespace(NetworkNamespace namespace) {
        attributes.u32(NAMESPACE_FD, namespace.fd().number());
        return self();
    }

    T carrying(boolean up) {
        flags = up ? UP : 0;
        changed = UP;
        return self();
    }

    T portOf(int bridge) {
        attributes.u32(MASTER, bridge);
        return self();
    }

    AttributeWriter attributes() {
        return attributes;
    }

    byte[] struct(int index) {
        return struct(index, flags, changed);
    }

    static byte[] struct(int index, int flags, int changed) {
        ByteBuffer struct = ByteBuffer.allocate(STRUCT).order(ByteOrder.nativeOrder());
        return struct.putInt(4, index).putInt(8, flags).putInt(12, changed).array();
    }

    static String checkName(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0
                || length > LONGEST_NAME
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(c -> c == '/' || c == ':' || c == 0 || Character.isWhitespace(c))) {
            throw new IllegalArgumentException("not the name of a link (1 to 15 bytes, no space, / or :): " + name);
        }
        return name;
    }
}
