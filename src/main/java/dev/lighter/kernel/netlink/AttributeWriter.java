package dev.lighter.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Attributes as they are appended to a message: length, type, value, padded to four bytes. Numbers are in the machine's byte order, or in
 * the network's where the method says {@code be}. Grows as needed; used by one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/rtnetlink.3.html">rtnetlink(3)</a>
 */
public final class AttributeWriter {
    static final int HEADER = 4;
    static final int NESTED = 0x8000;
    private static final int LONGEST = 0xffff;
    private static final int FIRST_SIZE = 256;

    private ByteBuffer buffer = ByteBuffer.allocate(FIRST_SIZE).order(ByteOrder.nativeOrder());

    /** Appends one byte. */
    public AttributeWriter u8(int type, int value) {
        header(type, 1).put((byte) value);
        return pad();
    }

    /** Appends 16 bits in the machine's order. */
    public AttributeWriter u16(int type, int value) {
        header(type, 2).putShort((short) value);
        return pad();
    }

    /** Appends 32 bits in the machine's order. */
    public AttributeWriter u32(int type, int value) {
        header(type, 4).putInt(value);
        return this;
    }

    /** Appends 16 bits in the network's order. */
    public AttributeWriter be16(int type, int value) {
        header(type, 2).put((byte) (value >> 8)).put((byte) value);
        return pad();
    }

    /** Appends 32 bits in the network's order. */
    public AttributeWriter be32(int type, int value) {
        boolean little = buffer.order() == ByteOrder.LITTLE_ENDIAN;
        return u32(type, little ? Integer.reverseBytes(value) : value);
    }

    /** Appends 64 bits in the network's order. */
    public AttributeWriter be64(int type, long value) {
        boolean little = buffer.order() == ByteOrder.LITTLE_ENDIAN;
        header(type, 8).putLong(little ? Long.reverseBytes(value) : value);
        return this;
    }

    /** Appends a NUL-terminated string. */
    public AttributeWriter string(int type, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        header(type, bytes.length + 1).put(bytes).put((byte) 0);
        return pad();
    }

    /** Appends bytes as they are. */
    public AttributeWriter bytes(int type, byte[] value) {
        header(type, value.length).put(value);
        return pad();
    }

    /** Appends an attribute that says all by being there. */
    public AttributeWriter flag(int type) {
        header(type, 0);
        return this;
    }

    /** Appends an attribute that holds others. */
    public AttributeWriter nested(int type, Consumer<AttributeWriter> content) {
        return nested(type, new byte[0], content);
    }

    /** Appends an attribute that holds a struct and after it others, such as {@code VETH_INFO_PEER}. */
    public AttributeWriter nested(int type, byte[] struct, Consumer<AttributeWriter> content) {
        int start = buffer.position();
        header(type | NESTED, struct.length).put(struct);
        pad();
        content.accept(this);
        int length = buffer.position() - start;
        if (length > LONGEST) {
            throw new IllegalArgumentException("an attribute has at most 65535 bytes, not " + length);
        }
        buffer.putShort(start, (short) length);
        return this;
    }

    /** Appends the attributes of another writer. */
    public AttributeWriter append(AttributeWriter other) {
        return raw(other.toBytes());
    }

    /** Appends bytes that are no attribute: the message's own header. */
    AttributeWriter raw(byte[] bytes) {
        room(bytes.length);
        buffer.put(bytes);
        return pad();
    }

    /** How many bytes there are. */
    public int length() {
        return buffer.position();
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    void copyTo(ByteBuffer target) {
        target.put(buffer.array(), 0, buffer.position());
    }

    private ByteBuffer header(int type, int length) {
        if (length + HEADER > LONGEST) {
            throw new IllegalArgumentException("an attribute has at most 65535 bytes, not " + (length + HEADER));
        }
        room(length + HEADER);
        return buffer.putShort((short) (length + HEADER)).putShort((short) type);
    }

    private void room(int bytes) {
        int needed = buffer.position() + NetlinkMessage.align(bytes);
        if (needed > buffer.capacity()) {
            ByteBuffer larger =
                    ByteBuffer.allocate(Math.max(needed, 2 * buffer.capacity())).order(buffer.order());
            buffer = larger.put(buffer.flip());
        }
    }

    private AttributeWriter pad() {
        buffer.position(NetlinkMessage.align(buffer.position()));
        return this;
    }
}
