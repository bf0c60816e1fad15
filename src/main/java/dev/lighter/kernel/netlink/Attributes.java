package dev.lighter.kernel.netlink;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a message or of another attribute, by type. Every length is checked: what does not fit fails with EBADMSG. Where a
 * type comes twice the last one counts, except in lists. Immutable.
 */
public final class Attributes {
    private static final int TYPE = 0x3fff;

    private final Map<Integer, ByteBuffer> values = new HashMap<>();
    private final List<ByteBuffer> inOrder = new ArrayList<>();

    private Attributes() {}

    /** Reads the attributes that fill a buffer from its position to its limit. */
    public static Attributes parse(ByteBuffer bytes) throws ErrnoException {
        Attributes attributes = new Attributes();
        ByteBuffer in = bytes.slice().order(ByteOrder.nativeOrder());
        while (in.remaining() >= AttributeWriter.HEADER) {
            int start = in.position();
            int length = in.getShort(start) & 0xffff;
            int type = in.getShort(start + 2) & TYPE;
            if (length < AttributeWriter.HEADER || length > in.remaining()) {
                throw malformed("attribute " + type + " claims " + length + " of " + in.remaining() + " bytes");
            }
            ByteBuffer value = in.slice(start + AttributeWriter.HEADER, length - AttributeWriter.HEADER)
                    .order(ByteOrder.nativeOrder());
            attributes.values.put(type, value);
            attributes.inOrder.add(value);
            in.position(Math.min(start + NetlinkMessage.align(length), in.limit()));
        }
        return attributes;
    }

    static ErrnoException malformed(String what) {
        return new ErrnoException("netlink", what, Errno.EBADMSG);
    }

    /** Whether there is an attribute of this type. */
    public boolean has(int type) {
        return values.containsKey(type);
    }

    /** One byte, or {@code otherwise} where there is none. */
    public int u8(int type, int otherwise) throws ErrnoException {
        ByteBuffer value = sized(type, 1);
        return value == null ? otherwise : value.get(0) & 0xff;
    }

    /** 16 bits in the machine's order, or {@code otherwise} where there are none. */
    public int u16(int type, int otherwise) throws ErrnoException {
        ByteBuffer value = sized(type, 2);
        return value == null ? otherwise : value.getShort(0) & 0xffff;
    }

    /** 32 bits in the machine's order, or {@code otherwise} where there are none. */
    public int u32(int type, int otherwise) throws ErrnoException {
        ByteBuffer value = sized(type, 4);
        return value == null ? otherwise : value.getInt(0);
    }

    /** 16 bits in the network's order, or {@code otherwise} where there are none. */
    public int be16(int type, int otherwise) throws ErrnoException {
        ByteBuffer value = sized(type, 2);
        return value == null ? otherwise : (value.get(0) & 0xff) << 8 | value.get(1) & 0xff;
    }

    /** 32 bits in the network's order, or {@code otherwise} where there are none. */
    public int be32(int type, int otherwise) throws ErrnoException {
        ByteBuffer value = sized(type, 4);
        return value == null
                ? otherwise
                : value.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(0);
    }

    /** 64 bits in the network's order, or {@code otherwise} where there are none. */
    public long be64(int type, long otherwise) throws ErrnoException {
        ByteBuffer value = sized(type, 8);
        return value == null
                ? otherwise
                : value.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(0);
    }

    /** A string up to its NUL or its end; null where there is none. */
    public @Nullable String string(int type) {
        byte[] bytes = bytes(type);
        if (bytes == null) {
            return null;
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** The bytes as they are; null where there are none. */
    public byte @Nullable [] bytes(int type) {
        ByteBuffer value = values.get(type);
        if (value == null) {
            return null;
        }
        byte[] bytes = new byte[value.limit()];
        value.get(0, bytes);
        return bytes;
    }

    /** The bytes as a read-only buffer in the machine's order; null where there are none. */
    public @Nullable ByteBuffer buffer(int type) {
        ByteBuffer value = values.get(type);
        return value == null ? null : value.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    /** What an attribute holds; empty where there is none. */
    public Attributes nested(int type) throws ErrnoException {
        ByteBuffer value = values.get(type);
        return value == null ? new Attributes() : parse(value);
    }

    /** The members of a list: each element of {@code type} read as attributes, in their order. */
    public List<Attributes> list(int type) throws ErrnoException {
        List<Attributes> members = new ArrayList<>();
        for (ByteBuffer member : nested(type).inOrder) {
            members.add(parse(member));
        }
        return members;
    }

    private @Nullable ByteBuffer sized(int type, int bytes) throws ErrnoException {
        ByteBuffer value = values.get(type);
        if (value != null && value.limit() < bytes) {
            throw malformed("attribute " + type + " has " + value.limit() + " bytes instead of " + bytes);
        }
        return value;
    }
}
