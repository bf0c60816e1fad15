package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An address that a link has.
 *
 * @param link the link's index
 * @param prefix the address and the length of its network's prefix
 */
public record Address(int link, IpPrefix prefix, Set<AddressFlag> flags) {
    static final int STRUCT = 8;
    static final int ADDRESS = 1;
    static final int LOCAL = 2;
    static final int BROADCAST = 4;
    static final int FLAGS = 8;

    /** Null when it is of a family other than IP's. */
    static @Nullable Address parse(NetlinkMessage message) throws ErrnoException {
        ByteBuffer struct = message.need(STRUCT);
        Attributes attributes = message.attributes(STRUCT);
        byte[] bytes = attributes.bytes(attributes.has(LOCAL) ? LOCAL : ADDRESS);
        if (bytes == null || bytes.length != 4 && bytes.length != 16) {
            return null;
        }
        int bits = attributes.u32(FLAGS, struct.get(2) & 0xff);
        Set<AddressFlag> flags = EnumSet.noneOf(AddressFlag.class);
        for (AddressFlag flag : AddressFlag.values()) {
            if ((bits & flag.bit) != 0) {
                flags.add(flag);
            }
        }
        return new Address(
                struct.getInt(4), new IpPrefix(IpPrefix.address(bytes), struct.get(1) & 0xff), Set.copyOf(flags));
    }
}
