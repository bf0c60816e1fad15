package dev.lighter.kernel.netlink;

import dev.lighter.kernel.ErrnoException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A message to the kernel: a type, a struct, attributes, and for errors the name of what is asked and of what it is about. The socket
 * adds length, sequence number and the wish for an acknowledgement. Used by one thread.
 */
public final class NetlinkRequest {
    public static final int REPLACE = 0x100;
    public static final int EXCLUSIVE = 0x200;
    public static final int CREATE = 0x400;
    public static final int APPEND = 0x800;

    private final String name;
    private final int type;
    private final int flags;
    private final @Nullable String subject;
    private final AttributeWriter content = new AttributeWriter();

    private NetlinkRequest(String name, int type, int flags, @Nullable String subject) {
        this.name = name;
        this.type = type;
        this.flags = flags;
        this.subject = subject;
    }

    /**
     * A request whose payload begins with a struct.
     *
     * @param name the type's name, {@code RTM_NEWLINK}, for errors
     * @param flags {@link #CREATE} and its like
     * @param subject what it is about, for errors
     */
    public static NetlinkRequest of(String name, int type, int flags, @Nullable String subject, byte[] struct) {
        NetlinkRequest request = new NetlinkRequest(name, type, flags, subject);
        request.content.raw(struct);
        return request;
    }

    /** Appends attributes. */
    public NetlinkRequest with(Consumer<AttributeWriter> attributes) {
        attributes.accept(content);
        return this;
    }

    /** The attributes, to append to. */
    public AttributeWriter attributes() {
        return content;
    }

    /** The length of the whole message. */
    int length() {
        return NetlinkMessage.HEADER + content.length();
    }

    void write(ByteBuffer target, int sequence, int moreFlags) {
        target.putInt(length());
        target.putShort((short) type);
        target.putShort((short) (flags | moreFlags | NetlinkMessage.F_REQUEST));
        target.putInt(sequence);
        target.putInt(0);
        content.copyTo(target);
    }

    ErrnoException failure(int errno, @Nullable String explanation) {
        return explanation == null
                ? new ErrnoException(name, subject, errno)
                : new ErrnoException(name, subject, errno, explanation);
    }

    @Override
    public String toString() {
        return subject == null ? name : name + "(" + subject + ")";
    }
}
