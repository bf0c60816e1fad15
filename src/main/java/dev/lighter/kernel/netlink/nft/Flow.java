package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetlinkMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection, or for protocols without connections an exchange, that the kernel tracks.
 *
 * @param protocol 6 for TCP, 17 for UDP
 * @param original who began, and whom it meant
 * @param reply who answers, and to whom: where addresses were translated not the opposite of {@code original}
 * @param key what tells the kernel which one is meant
 */
public record Flow(int family, int protocol, Direction original, Direction reply, int mark, Key key) {
    private static final int ORIGINAL = 1;
    private static final int REPLY = 2;
    private static final int MARK = 8;
    private static final int ADDRESSES = 1;
    private static final int PROTOCOL = 2;

    /** One direction of a flow; ports are 0 where the protocol has none. */
    public record Direction(InetAddress source, int sourcePort, InetAddress destination, int destinationPort) {}

    /** The original direction in the kernel's own words. */
    public record Key(ByteBuffer bytes) {
        byte[] toBytes() {
            byte[] copy = new byte[bytes.limit()];
            bytes.get(0, copy);
            return copy;
        }
    }

    /** Null when it is of no protocol above IP. */
    static @Nullable Flow parse(NetlinkMessage message) throws ErrnoException {
        int family = message.need(NftMessages.STRUCT).get(0);
        Attributes attributes = message.attributes(NftMessages.STRUCT);
        byte[] key = attributes.bytes(ORIGINAL);
        Direction original = direction(attributes.nested(ORIGINAL));
        Direction reply = direction(attributes.nested(REPLY));
        if (key == null || original == null || reply == null) {
            return null;
        }
        int protocol = attributes.nested(ORIGINAL).nested(PROTOCOL).u8(1, 0);
        return new Flow(
                family,
                protocol,
                original,
                reply,
                attributes.be32(MARK, 0),
                new Key(ByteBuffer.wrap(key).asReadOnlyBuffer()));
    }

    private static @Nullable Direction direction(Attributes tuple) throws ErrnoException {
        Attributes addresses = tuple.nested(ADDRESSES);
        byte[] source = addresses.bytes(addresses.has(1) ? 1 : 3);
        byte[] destination = addresses.bytes(addresses.has(2) ? 2 : 4);
        if (source == null || destination == null) {
            return null;
        }
        Attributes ports = tuple.nested(PROTOCOL);
        return new Direction(
                IpPrefix.address(source), ports.be16(2, 0), IpPrefix.address(destination), ports.be16(3, 0));
    }
}
