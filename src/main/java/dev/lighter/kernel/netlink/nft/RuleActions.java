package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.netlink.AttributeWriter;
import dev.lighter.kernel.netlink.IpPrefix;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The longer ones of the expressions that a rule writes. */
final class RuleActions {
    static final int SNAT = 0;
    static final int DNAT = 1;
    private static final int META_PROTOCOL = 1;
    private static final int META_NFPROTO = 15;
    private static final int META_PROTOCOL_ABOVE_IP = 16;
    private static final int ICMP_UNREACHABLE = 0;
    private static final int TCP_RESET = 1;
    private static final int ICMPX_UNREACHABLE = 2;
    private static final int ICMP_PORT_UNREACHABLE = 3;
    private static final int ICMPV6_PORT_UNREACHABLE = 4;
    private static final int ICMPX_PORT_UNREACHABLE = 1;
    private static final int LEVEL_WARNING = 4;
    private static final int LONGEST_PREFIX = 127;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int TCP_FLAGS = 13;
    private static final byte SYN = 2;
    private static final byte SYN_OR_RESET = 6;
    private static final int OPTION_SEGMENT_SIZE = 2;

    private final Chain chain;
    private final AttributeWriter expressions;

    RuleActions(Chain chain, AttributeWriter expressions) {
        this.chain = chain;
        this.expressions = expressions;
    }

    /** Where packets of both IP families come: goes on with those of one only. */
    void onlyFamily(Family family) {
        Family own = chain.table().family();
        switch (own) {
            case INET -> {
                Expressions.meta(expressions, META_NFPROTO);
                Expressions.compare(expressions, Expressions.EQUAL, new byte[] {(byte) family.number});
            }
            case BRIDGE, NETDEV -> {
                int type = family == Family.IP ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
                Expressions.meta(expressions, META_PROTOCOL);
                Expressions.compare(expressions, Expressions.EQUAL, new byte[] {(byte) (type >> 8), (byte) type});
            }
            case IP, IP6, ARP -> {
                if (own != family) {
                    throw new IllegalArgumentException("packets of " + family + " never come to " + chain);
                }
            }
        }
    }

    void nat(int type, InetAddress first, InetAddress last, int port) {
        byte[] bytes = first.getAddress();
        int words = bytes.length / 4;
        int register = Expressions.FIRST_REGISTER;
        Expressions.immediate(expressions, register, bytes);
        int lastRegister = 0;
        if (!last.equals(first)) {
            lastRegister = register + words;
            Expressions.immediate(expressions, lastRegister, last.getAddress());
        }
        int portRegister = 0;
        if (port != 0) {
            portRegister = register + 2 * words;
            Expressions.immediate(expressions, portRegister, Field.encode(List.of(Field.PORT), List.of(port)));
        }
        Expressions.nat(expressions, type, IpPrefix.family(first), register, lastRegister, portRegister, 0);
    }

    /** Loads what a map gives for the key: an address and perhaps a port. */
    void lookUpDestination(NftSet map) {
        List<Field> data = map.data();
        boolean v4 = !data.isEmpty() && data.get(0) == Field.IPV4;
        boolean v6 = !data.isEmpty() && data.get(0) == Field.IPV6;
        if (!v4 && !v6 || data.size() > 2 || data.size() == 2 && data.get(1) != Field.PORT) {
            throw new IllegalArgumentException(map + " gives no address with or without a port but " + data);
        }
        Expressions.map(expressions, map, Expressions.FIRST_REGISTER);
    }

    /** To what {@link #lookUpDestination} has loaded. */
    void dnat(NftSet map) {
        int register = Expressions.FIRST_REGISTER;
        Field address = map.data().get(0);
        int port = map.data().size() == 2 ? register + address.bytes / 4 : 0;
        Family family = address == Field.IPV4 ? Family.IP : Family.IP6;
        Expressions.nat(expressions, DNAT, family.number, register, 0, port, 0);
    }

    void reject() {
        switch (chain.table().family()) {
            case IP -> Expressions.reject(expressions, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
            case IP6 -> Expressions.reject(expressions, ICMP_UNREACHABLE, ICMPV6_PORT_UNREACHABLE);
            default -> Expressions.reject(expressions, ICMPX_UNREACHABLE, ICMPX_PORT_UNREACHABLE);
        }
    }

    void rejectTcp() {
        Expressions.reject(expressions, TCP_RESET, 0);
    }

    void log(String prefix) {
        if (prefix.getBytes(StandardCharsets.UTF_8).length > LONGEST_PREFIX) {
            throw new IllegalArgumentException("a prefix of the log has at most 127 bytes: " + prefix);
        }
        Expressions.log(expressions, prefix, LEVEL_WARNING);
    }

    void clampMss() {
        Expressions.meta(expressions, META_PROTOCOL_ABOVE_IP);
        Expressions.compare(expressions, Expressions.EQUAL, new byte[] {Rule.TCP});
        Expressions.payload(expressions, Load.TRANSPORT, TCP_FLAGS, 1);
        Expressions.mask(expressions, new byte[] {SYN_OR_RESET});
        Expressions.compare(expressions, Expressions.EQUAL, new byte[] {SYN});
        Expressions.routeSegmentSize(expressions);
        Expressions.writeTcpOption(expressions, OPTION_SEGMENT_SIZE, 2, 2);
    }
}
