package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.NetlinkMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Who is behind a link.
 *
 * @param link the index of the link, in a bridge's table of the port
 * @param address null in a bridge's table
 * @param mac null while it is being asked for
 * @param fixed whether it neither expires nor is learned anew
 * @param bridge the index of the bridge in whose table it is, or 0
 */
public record Neighbour(
        int link, @Nullable InetAddress address, @Nullable MacAddress mac, boolean fixed, int bridge) {
    static final int STRUCT = 12;
    static final int ADDRESS = 1;
    static final int MAC = 2;
    static final int MASTER = 9;
    static final int PERMANENT = 0x80;
    static final int NO_ARP = 0x40;
    private static final int MAC_BYTES = 6;

    static Neighbour parse(NetlinkMessage message) throws ErrnoException {
        ByteBuffer struct = message.need(STRUCT);
        Attributes attributes = message.attributes(STRUCT);
        byte[] address = attributes.bytes(ADDRESS);
        byte[] mac = attributes.bytes(MAC);
        return new Neighbour(
                struct.getInt(4),
                address == null || address.length != 4 && address.length != 16 ? null : IpPrefix.address(address),
                mac == null || mac.length != MAC_BYTES ? null : MacAddress.of(mac),
                (struct.getShort(8) & (PERMANENT | NO_ARP)) != 0,
                attributes.u32(MASTER, 0));
    }
}
