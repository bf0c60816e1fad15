package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a key or of a map's value. Values are {@code Inet4Address}, {@code Inet6Address}, {@code Integer}, {@code String} or
 * {@code MacAddress}, as each says.
 */
public enum Field {
    /** An {@code Inet4Address}. */
    IPV4(4, 7),
    /** An {@code Inet6Address}. */
    IPV6(16, 8),
    /** A {@code MacAddress}. */
    MAC(6, 9),
    /** The {@code Integer} of a protocol: 6 is TCP, 17 is UDP. */
    PROTOCOL(1, 12),
    /** A port, an {@code Integer}. */
    PORT(2, 13),
    /** A packet's or a connection's mark, an {@code Integer}. */
    MARK(4, 19),
    /** A link's name, a {@code String}. */
    LINK_NAME(16, 41),
    /** The type of a message of ICMP or ICMPv6, an {@code Integer}. */
    ICMP_TYPE(1, 14);

    private static final int REGISTER = 4;
    private static final int TYPE_BITS = 6;

    final int bytes;
    /** What the nft program calls the type by, so that it can show what is in a set. */
    private final int type;

    Field(int bytes, int type) {
        this.bytes = bytes;
        this.type = type;
    }

    static int padded(int bytes) {
        return bytes + REGISTER - 1 & -REGISTER;
    }

    /** The length of a key or value: fields that are joined take whole registers. */
    static int length(List<Field> fields) {
        return fields.size() == 1
                ? fields.get(0).bytes
                : fields.stream().mapToInt(field -> padded(field.bytes)).sum();
    }

    static int type(List<Field> fields) {
        int joined = 0;
        for (Field field : fields) {
            joined = joined << TYPE_BITS | field.type;
        }
        return joined;
    }

    static byte[] encode(List<Field> fields, List<?> values) {
        if (fields.size() != values.size()) {
            throw new IllegalArgumentException("values " + values + " for " + fields);
        }
        ByteBuffer bytes = ByteBuffer.allocate(length(fields));
        for (int i = 0; i < fields.size(); i++) {
            int start = bytes.position();
            bytes.put(fields.get(i).encode(values.get(i)));
            bytes.position(Math.min(start + padded(fields.get(i).bytes), bytes.limit()));
        }
        return bytes.array();
    }

    static List<Object> decode(List<Field> fields, byte[] bytes) {
        if (bytes.length != length(fields)) {
            throw new IllegalArgumentException(bytes.length + " bytes for " + fields);
        }
        Object[] values = new Object[fields.size()];
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = fields.get(i).decode(Arrays.copyOfRange(bytes, at, at + fields.get(i).bytes));
            at += padded(fields.get(i).bytes);
        }
        return List.of(values);
    }

    private byte[] encode(Object value) {
        if (this == IPV4 && value instanceof Inet4Address address) {
            return address.getAddress();
        }
        if (this == IPV6 && value instanceof Inet6Address address) {
            return address.getAddress();
        }
        if (this == MAC && value instanceof MacAddress mac) {
            return mac.toBytes();
        }
        if (this == LINK_NAME && value instanceof String name) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            if (bytes.length < this.bytes) {
                return Arrays.copyOf(bytes, this.bytes);
            }
        }
        if (value instanceof Integer number) {
            if (this == MARK) {
                return ByteBuffer.allocate(4)
                        .order(ByteOrder.nativeOrder())
                        .putInt(number)
                        .array();
            }
            if (this == PORT && number >= 0 && number <= 0xffff) {
                return new byte[] {(byte) (number >> 8), number.byteValue()};
            }
            if ((this == PROTOCOL || this == ICMP_TYPE) && number >= 0 && number <= 0xff) {
                return new byte[] {number.byteValue()};
            }
        }
        throw new IllegalArgumentException("not a value of " + this + ": " + value);
    }

    private Object decode(byte[] value) {
        return switch (this) {
            case IPV4, IPV6 -> IpPrefix.address(value);
            case MAC -> MacAddress.of(value);
            case PROTOCOL, ICMP_TYPE -> value[0] & 0xff;
            case PORT -> (value[0] & 0xff) << 8 | value[1] & 0xff;
            case MARK -> ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
            case LINK_NAME -> new String(value, StandardCharsets.UTF_8).replaceFirst("\0.*", "");
        };
    }
}
