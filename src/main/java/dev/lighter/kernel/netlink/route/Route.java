package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The way to a network, as it is to be or as it was found: {@code Route.defaultVia(gateway).through(link)}. Immutable.
 *
 * @param destination the network; all addresses for a default route
 * @param type what happens to the packets
 * @param gateway who passes packets on; null where the network is on the link itself
 * @param link the index of the link, or 0 to leave it to the gateway
 * @param source the address that own packets get; null for the kernel's choice
 * @param scope how far away the destination is: 0 anywhere, 253 on the link, 254 this host
 * @param table the table that it is in; 254 is the one that is asked where no rule says otherwise
 * @param metric of two routes to a network the one with the smaller number is taken
 * @param onlink whether the gateway is taken to be on the link even if no route says so
 */
public record Route(
        IpPrefix destination,
        Type type,
        @Nullable InetAddress gateway,
        int link,
        @Nullable InetAddress source,
        int scope,
        int table,
        int metric,
        boolean onlink) {
    /** What happens to a packet for a destination, {@code RTN_*}. */
    public enum Type {
        UNKNOWN,
        UNICAST,
        LOCAL,
        BROADCAST,
        ANYCAST,
        MULTICAST,
        BLACKHOLE,
        UNREACHABLE,
        PROHIBIT
    }

    public static final int MAIN_TABLE = 254;

    static final int STRUCT = 12;
    private static final int DESTINATION = 1;
    private static final int OUTGOING_LINK = 4;
    private static final int GATEWAY = 5;
    private static final int PRIORITY = 6;
    private static final int SOURCE = 7;
    private static final int TABLE = 15;
    private static final int SCOPE_LINK = 253;
    private static final int SCOPE_HOST = 254;
    private static final int SCOPE_NOWHERE = 255;
    private static final int PROTOCOL_STATIC = 4;
    private static final int FLAG_ONLINK = 4;
    private static final int WHERE_TABLES_GO_BY_ATTRIBUTE = 0;

    /** The way to a network. Without a gateway the network is taken to be on the link itself. */
    public static Route to(IpPrefix destination) {
        int scope = destination.isV4() ? SCOPE_LINK : 0;
        return new Route(destination.network(), Type.UNICAST, null, 0, null, scope, MAIN_TABLE, 0, false);
    }

    /** The way to everything that has no way of its own. */
    public static Route defaultVia(InetAddress gateway) {
        return to(IpPrefix.family(gateway) == IpPrefix.ANY_V4.family() ? IpPrefix.ANY_V4 : IpPrefix.ANY_V6)
                .via(gateway);
    }

    /** By way of a gateway. */
    public Route via(InetAddress address) {
        return new Route(destination, type, address, link, source, 0, table, metric, onlink);
    }

    /** Out of the link with this index. */
    public Route through(int index) {
        return new Route(destination, type, gateway, index, source, scope, table, metric, onlink);
    }

    /** With this address as the source of own packets. */
    public Route from(InetAddress address) {
        return new Route(destination, type, gateway, link, address, scope, table, metric, onlink);
    }

    /** In this table. */
    public Route inTable(int number) {
        return new Route(destination, type, gateway, link, source, scope, number, metric, onlink);
    }

    /** With this metric. */
    public Route withMetric(int number) {
        return new Route(destination, type, gateway, link, source, scope, table, number, onlink);
    }

    /** By a gateway that is on the link although no route says so. */
    public Route withGatewayOnLink() {
        return new Route(destination, type, gateway, link, source, scope, table, metric, true);
    }

    /** Packets are not sent but end here: BLACKHOLE without a word, UNREACHABLE and PROHIBIT with one; or LOCAL are received. */
    public Route ofType(Type other) {
        int its = other == Type.LOCAL ? SCOPE_HOST : other == Type.UNICAST ? scope : 0;
        return new Route(destination, other, gateway, link, source, its, table, metric, onlink);
    }

    NetlinkRequest request(String what, int messageType, int flags, boolean anyScope) {
        ByteBuffer struct = ByteBuffer.allocate(STRUCT).order(ByteOrder.nativeOrder());
        struct.put(0, (byte) destination.family()).put(1, (byte) destination.length());
        struct.put(4, (byte) WHERE_TABLES_GO_BY_ATTRIBUTE).put(5, (byte) PROTOCOL_STATIC);
        struct.put(6, (byte) (anyScope ? SCOPE_NOWHERE : scope)).put(7, (byte) type.ordinal());
        struct.putInt(8, onlink ? FLAG_ONLINK : 0);
        NetlinkRequest request = NetlinkRequest.of(what, messageType, flags, toString(), struct.array());
        if (destination.length() > 0) {
            request.attributes().bytes(DESTINATION, destination.address().getAddress());
        }
        if (gateway != null) {
            request.attributes().bytes(GATEWAY, gateway.getAddress());
        }
        if (link != 0) {
            request.attributes().u32(OUTGOING_LINK, link);
        }
        if (source != null) {
            request.attributes().bytes(SOURCE, source.getAddress());
        }
        if (metric != 0) {
            request.attributes().u32(PRIORITY, metric);
        }
        request.attributes().u32(TABLE, table);
        return request;
    }

    static @Nullable Route parse(NetlinkMessage message) throws ErrnoException {
        ByteBuffer struct = message.need(STRUCT);
        int family = struct.get(0);
        if (family != IpPrefix.ANY_V4.family() && family != IpPrefix.ANY_V6.family()) {
            return null;
        }
        IpPrefix any = family == IpPrefix.ANY_V4.family() ? IpPrefix.ANY_V4 : IpPrefix.ANY_V6;
        Attributes attributes = message.attributes(STRUCT);
        InetAddress destination = address(attributes.bytes(DESTINATION));
        int type = struct.get(7) & 0xff;
        return new Route(
                new IpPrefix(destination == null ? any.address() : destination, struct.get(1) & 0xff),
                type < Type.values().length ? Type.values()[type] : Type.UNKNOWN,
                address(attributes.bytes(GATEWAY)),
                attributes.u32(OUTGOING_LINK, 0),
                address(attributes.bytes(SOURCE)),
                struct.get(6) & 0xff,
                attributes.u32(TABLE, struct.get(4) & 0xff),
                attributes.u32(PRIORITY, 0),
                (struct.getInt(8) & FLAG_ONLINK) != 0);
    }

    private static @Nullable InetAddress address(byte @Nullable [] bytes) {
        return bytes == null || bytes.length != 4 && bytes.length != 16 ? null : IpPrefix.address(bytes);
    }

    @Override
    public String toString() {
        return (type == Type.UNICAST ? "" : type + " ")
                + (destination.length() == 0 ? "default" : destination)
                + (gateway == null ? "" : " via " + gateway.getHostAddress())
                + (link == 0 ? "" : " through link " + link)
                + (table == MAIN_TABLE ? "" : " in table " + table);
    }
}
