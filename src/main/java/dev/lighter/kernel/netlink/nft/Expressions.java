package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.netlink.AttributeWriter;
import java.util.function.Consumer;

/**
 * The instructions that rules are made of, each a name and attributes, for one register file of 64 bytes: register 8 is its first word.
 *
 * @see <a href="https://wiki.nftables.org/wiki-nftables/index.php/Portal:DeveloperDocs/nftables_internals">nftables internals</a>
 */
final class Expressions {
    static final int FIRST_REGISTER = 8;
    static final int EQUAL = 0;
    static final int NOT_EQUAL = 1;

    private static final int LIST_ELEMENT = 1;
    private static final int NAME = 1;
    private static final int DATA = 2;
    private static final int VALUE = 1;
    private static final int VERDICT = 2;

    private Expressions() {}

    /** One of a rule's expressions. */
    static void write(AttributeWriter list, String name, Consumer<AttributeWriter> data) {
        list.nested(LIST_ELEMENT, element -> element.string(NAME, name).nested(DATA, data));
    }

    private static void value(AttributeWriter attributes, int type, byte[] bytes) {
        attributes.nested(type, data -> data.bytes(VALUE, bytes));
    }

    static void load(AttributeWriter list, Load load, int register) {
        write(list, load.expression, data -> {
            switch (load.expression) {
                case "payload" ->
                    data.be32(1, register)
                            .be32(2, load.baseOrKey)
                            .be32(3, load.offset)
                            .be32(4, load.field.bytes);
                default -> data.be32(1, register).be32(2, load.baseOrKey);
            }
        });
    }

    static void payload(AttributeWriter list, int base, int offset, int length) {
        write(
                list,
                "payload",
                data -> data.be32(1, FIRST_REGISTER)
                        .be32(2, base)
                        .be32(3, offset)
                        .be32(4, length));
    }

    static void meta(AttributeWriter list, int key) {
        write(list, "meta", data -> data.be32(1, FIRST_REGISTER).be32(2, key));
    }

    static void metaSet(AttributeWriter list, int key) {
        write(list, "meta", data -> data.be32(2, key).be32(3, FIRST_REGISTER));
    }

    static void ct(AttributeWriter list, int key) {
        write(list, "ct", data -> data.be32(1, FIRST_REGISTER).be32(2, key));
    }

    static void ctSet(AttributeWriter list, int key) {
        write(list, "ct", data -> data.be32(2, key).be32(4, FIRST_REGISTER));
    }

    static void compare(AttributeWriter list, int operator, byte[] with) {
        write(list, "cmp", data -> value(data.be32(1, FIRST_REGISTER).be32(2, operator), 3, with));
    }

    static void range(AttributeWriter list, int operator, byte[] from, byte[] to) {
        write(list, "range", data -> {
            value(data.be32(1, FIRST_REGISTER).be32(2, operator), 3, from);
            value(data, 4, to);
        });
    }

    static void mask(AttributeWriter list, byte[] mask) {
        write(list, "bitwise", data -> {
            value(data.be32(1, FIRST_REGISTER).be32(2, FIRST_REGISTER).be32(3, mask.length), 4, mask);
            value(data, 5, new byte[mask.length]);
        });
    }

    static void immediate(AttributeWriter list, int register, byte[] bytes) {
        write(list, "immediate", data -> value(data.be32(1, register), 2, bytes));
    }

    static void verdict(AttributeWriter list, Verdict verdict) {
        write(list, "immediate", data -> data.be32(1, 0).nested(2, content -> content.nested(VERDICT, verdict::write)));
    }

    /** Whether the key in the registers is in a set. */
    static void lookup(AttributeWriter list, NftSet set, boolean inverted) {
        write(
                list,
                "lookup",
                data -> data.string(1, set.name()).be32(2, FIRST_REGISTER).be32(5, inverted ? 1 : 0));
    }

    /** Puts what a map gives for the key into a register; verdicts go into register 0. */
    static void map(AttributeWriter list, NftSet map, int register) {
        write(
                list,
                "lookup",
                data -> data.string(1, map.name()).be32(2, FIRST_REGISTER).be32(3, register));
    }

    static void counter(AttributeWriter list) {
        write(list, "counter", data -> data.be64(1, 0).be64(2, 0));
    }

    /** What each element of a set gets a copy of. */
    static void counterOfElements(AttributeWriter expression) {
        expression.string(NAME, "counter").nested(DATA, data -> data.be64(1, 0).be64(2, 0));
    }

    /** The registers of addresses and ports are 0 where there are none. */
    static void nat(
            AttributeWriter list, int type, int family, int firstAddress, int lastAddress, int port, int flags) {
        write(list, "nat", data -> {
            data.be32(1, type).be32(2, family);
            if (firstAddress != 0) {
                data.be32(3, firstAddress);
            }
            if (lastAddress != 0) {
                data.be32(4, lastAddress);
            }
            if (port != 0) {
                data.be32(5, port);
            }
            if (flags != 0) {
                data.be32(7, flags);
            }
        });
    }

    static void masquerade(AttributeWriter list, int flags) {
        write(list, "masq", data -> {
            if (flags != 0) {
                data.be32(1, flags);
            }
        });
    }

    static void redirect(AttributeWriter list) {
        write(list, "redir", data -> data.be32(1, FIRST_REGISTER));
    }

    static void fib(AttributeWriter list, int result, int flags) {
        write(list, "fib", data -> data.be32(1, FIRST_REGISTER).be32(2, result).be32(3, flags));
    }

    static void limit(AttributeWriter list, long perSecond, int burst, boolean over) {
        write(
                list,
                "limit",
                data -> data.be64(1, perSecond)
                        .be64(2, 1)
                        .be32(3, burst)
                        .be32(4, 0)
                        .be32(5, over ? 1 : 0));
    }

    static void log(AttributeWriter list, String prefix, int level) {
        write(list, "log", data -> data.string(2, prefix).be32(5, level));
    }

    static void reject(AttributeWriter list, int type, int code) {
        write(list, "reject", data -> data.be32(1, type).u8(2, code));
    }

    static void notrack(AttributeWriter list) {
        write(list, "notrack", data -> {});
    }

    /** The largest segment that the route allows. */
    static void routeSegmentSize(AttributeWriter list) {
        write(list, "rt", data -> data.be32(1, FIRST_REGISTER).be32(2, 3));
    }

    /** Writes the register into a TCP option; the kernel never makes the segment size larger. */
    static void writeTcpOption(AttributeWriter list, int option, int offset, int length) {
        write(
                list,
                "exthdr",
                data -> data.u8(2, option)
                        .be32(3, offset)
                        .be32(4, length)
                        .be32(6, 1)
                        .be32(7, FIRST_REGISTER));
    }
}
