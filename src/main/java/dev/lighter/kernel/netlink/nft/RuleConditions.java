package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.netlink.AttributeWriter;
import dev.lighter.kernel.netlink.IpPrefix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The conditions that a rule writes: something is loaded into registers and compared, or turned into its opposite. */
final class RuleConditions {
    private static final int META_PROTOCOL_ABOVE_IP = 16;
    private static final int NAME_BYTES = 16;

    private final RuleActions actions;
    private final AttributeWriter expressions;
    private boolean inverted;

    RuleConditions(RuleActions actions, AttributeWriter expressions) {
        this.actions = actions;
        this.expressions = expressions;
    }

    void invertNext() {
        if (inverted) {
            throw new IllegalStateException("not() twice");
        }
        inverted = true;
    }

    boolean takeInversion() {
        boolean taken = inverted;
        inverted = false;
        return taken;
    }

    void end() {
        if (inverted) {
            throw new IllegalStateException("not() without a condition after it");
        }
    }

    void linkName(int key, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length >= NAME_BYTES || name.equals("*")) {
            throw new IllegalArgumentException("not the name of a link or the beginning of one: " + name);
        }
        Expressions.meta(expressions, key);
        compare(name.endsWith("*") ? Arrays.copyOf(bytes, bytes.length - 1) : Arrays.copyOf(bytes, NAME_BYTES));
    }

    void address(IpPrefix prefix, Load load) {
        boolean opposite = takeInversion();
        actions.onlyFamily(prefix.isV4() ? Family.IP : Family.IP6);
        Expressions.load(expressions, load, Expressions.FIRST_REGISTER);
        if (prefix.length() < 8 * load.field.bytes) {
            Expressions.mask(expressions, prefix.mask());
        }
        inverted = opposite;
        compare(prefix.network().address().getAddress());
    }

    void protocol(int number) {
        Expressions.meta(expressions, META_PROTOCOL_ABOVE_IP);
        compare((byte) number);
    }

    void port(int protocol, Load load, int first, int last) {
        boolean opposite = takeInversion();
        protocol(protocol);
        Expressions.load(expressions, load, Expressions.FIRST_REGISTER);
        byte[] from = Field.encode(List.of(Field.PORT), List.of(first));
        if (first == last) {
            inverted = opposite;
            compare(from);
            return;
        }
        byte[] to = Field.encode(List.of(Field.PORT), List.of(last));
        Expressions.range(expressions, opposite ? Expressions.NOT_EQUAL : Expressions.EQUAL, from, to);
    }

    void loadKey(NftSet set, Load... key) {
        if (!Arrays.stream(key).map(load -> load.field).toList().equals(set.key())) {
            throw new IllegalArgumentException(Arrays.toString(key) + " is no key of " + set + ": " + set.key());
        }
        for (Load load : key) {
            if (load.field == Field.IPV4 || load.field == Field.IPV6) {
                actions.onlyFamily(load.field == Field.IPV4 ? Family.IP : Family.IP6);
            }
        }
        int register = Expressions.FIRST_REGISTER;
        for (Load load : key) {
            Expressions.load(expressions, load, register);
            register += Field.padded(load.field.bytes) / 4;
        }
    }

    void compare(byte... with) {
        Expressions.compare(expressions, takeInversion() ? Expressions.NOT_EQUAL : Expressions.EQUAL, with);
    }

    void anyBit(int bits) {
        Expressions.mask(expressions, word(bits));
        Expressions.compare(expressions, takeInversion() ? Expressions.EQUAL : Expressions.NOT_EQUAL, new byte[4]);
    }

    static byte[] word(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
