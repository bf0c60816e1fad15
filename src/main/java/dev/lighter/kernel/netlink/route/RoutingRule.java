package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Which packets ask which table for their way: {@code RoutingRule.from(prefix).inTable(100).withPriority(1000)}. Immutable.
 *
 * @param from the packets' source; a prefix of length 0 for all of its family
 * @param to the packets' destination; null for any
 * @param mark the packets' mark; 0 for any
 * @param incoming the name of the link that they came in by; null for any
 * @param priority rules are asked in the order of these numbers
 */
public record RoutingRule(
        IpPrefix from,
        @Nullable IpPrefix to,
        int mark,
        @Nullable String incoming,
        int table,
        int priority) {
    static final int STRUCT = 12;
    private static final int TO = 1;
    private static final int FROM = 2;
    private static final int INCOMING = 3;
    private static final int PRIORITY = 6;
    private static final int MARK = 10;
    private static final int TABLE = 15;
    private static final int ASK_TABLE = 1;

    /** For packets from a network. */
    public static RoutingRule from(IpPrefix source) {
        return new RoutingRule(source.network(), null, 0, null, Route.MAIN_TABLE, 0);
    }

    /** For packets to a network only. */
    public RoutingRule to(IpPrefix destination) {
        return new RoutingRule(from, destination.network(), mark, incoming, table, priority);
    }

    /** For packets with a mark only. */
    public RoutingRule withMark(int number) {
        return new RoutingRule(from, to, number, incoming, table, priority);
    }

    /** For packets that came in by a link only. */
    public RoutingRule in(String link) {
        return new RoutingRule(from, to, mark, link, table, priority);
    }

    /** They ask this table. */
    public RoutingRule inTable(int number) {
        return new RoutingRule(from, to, mark, incoming, number, priority);
    }

    /** In this place among the rules. */
    public RoutingRule withPriority(int number) {
        return new RoutingRule(from, to, mark, incoming, table, number);
    }

    NetlinkRequest request(String what, int type, int flags) {
        ByteBuffer struct = ByteBuffer.allocate(STRUCT).order(ByteOrder.nativeOrder());
        struct.put(0, (byte) from.family());
        struct.put(1, (byte) (to == null ? 0 : to.length())).put(2, (byte) from.length());
        struct.put(7, (byte) ASK_TABLE);
        NetlinkRequest request = NetlinkRequest.of(what, type, flags, "rule " + priority, struct.array());
        if (from.length() > 0) {
            request.attributes().bytes(FROM, from.address().getAddress());
        }
        if (to != null && to.length() > 0) {
            request.attributes().bytes(TO, to.address().getAddress());
        }
        if (incoming != null) {
            request.attributes().string(INCOMING, incoming);
        }
        if (mark != 0) {
            request.attributes().u32(MARK, mark);
        }
        request.attributes().u32(PRIORITY, priority).u32(TABLE, table);
        return request;
    }

    /** Null when it is of another family or does something else than ask a table. */
    static @Nullable RoutingRule parse(NetlinkMessage message) throws ErrnoException {
        ByteBuffer struct = message.need(STRUCT);
        int family = struct.get(0);
        boolean v4 = family == IpPrefix.ANY_V4.family();
        if (struct.get(7) != ASK_TABLE || !v4 && family != IpPrefix.ANY_V6.family()) {
            return null;
        }
        IpPrefix any = v4 ? IpPrefix.ANY_V4 : IpPrefix.ANY_V6;
        Attributes attributes = message.attributes(STRUCT);
        IpPrefix from = prefix(attributes.bytes(FROM), struct.get(2) & 0xff);
        return new RoutingRule(
                from == null ? any : from,
                prefix(attributes.bytes(TO), struct.get(1) & 0xff),
                attributes.u32(MARK, 0),
                attributes.string(INCOMING),
                attributes.u32(TABLE, struct.get(4) & 0xff),
                attributes.u32(PRIORITY, 0));
    }

    private static @Nullable IpPrefix prefix(byte @Nullable [] bytes, int length) {
        return bytes == null ? null : new IpPrefix(IpPrefix.address(bytes), length);
    }
}
