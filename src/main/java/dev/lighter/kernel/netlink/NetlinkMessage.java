package dev.lighter.kernel.netlink;

import dev.lighter.kernel.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that the kernel sent, netlink(7).
 *
 * @param type what it is about, {@code NLMSG_*}, {@code RTM_*} or subsystem and {@code NFT_MSG_*}
 * @param flags {@code NLM_F_*}
 * @param sequence the number of the request that it answers
 * @param port the socket that it answers, or whose request is what it tells of; see {@link NetlinkSocket#port}
 * @param payload what follows the header, in the machine's byte order
 */
public record NetlinkMessage(int type, int flags, int sequence, int port, ByteBuffer payload) {
    static final int HEADER = 16;
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int OVERRUN = 4;

    static final int F_REQUEST = 1;
    static final int F_MULTI = 2;
    static final int F_ACK = 4;
    static final int F_DUMP_INTERRUPTED = 0x10;
    static final int F_DUMP = 0x300;
    private static final int F_CAPPED = 0x100;
    private static final int F_ACK_ATTRIBUTES = 0x200;

    private static final int LENGTH = 0;
    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    private static final int SEQUENCE = 8;
    private static final int PORT = 12;
    private static final int SIZE_OF_ERROR = 4;
    private static final int EXTACK_MESSAGE = 1;
    private static final int EXTACK_OFFSET = 2;
    private static final int EXTACK_MISSING = 5;

    /** The messages of one datagram. Lengths that do not fit fail with EBADMSG. */
    public static List<NetlinkMessage> parse(ByteBuffer datagram) throws ErrnoException {
        ByteBuffer in = datagram.slice().order(ByteOrder.nativeOrder());
        List<NetlinkMessage> messages = new ArrayList<>();
        int at = 0;
        while (in.limit() - at >= HEADER) {
            int length = in.getInt(at + LENGTH);
            if (length < HEADER || length > in.limit() - at) {
                throw Attributes.malformed("a message claims " + length + " of " + (in.limit() - at) + " bytes");
            }
            ByteBuffer payload = in.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder());
            messages.add(new NetlinkMessage(
                    in.getShort(at + TYPE) & 0xffff,
                    in.getShort(at + FLAGS) & 0xffff,
                    in.getInt(at + SEQUENCE),
                    in.getInt(at + PORT),
                    payload));
            at += align(length);
        }
        if (at < in.limit()) {
            throw Attributes.malformed((in.limit() - at) + " bytes are less than a message's header");
        }
        return messages;
    }

    /** The attributes after a struct of so many bytes. Fails with EBADMSG when the message is shorter than the struct. */
    public Attributes attributes(int structBytes) throws ErrnoException {
        need(structBytes);
        int start = Math.min(align(structBytes), payload.limit());
        return Attributes.parse(payload.slice(start, payload.limit() - start));
    }

    /** Checks that a struct of so many bytes is there to be read; gives the payload. */
    public ByteBuffer need(int structBytes) throws ErrnoException {
        if (payload.limit() < structBytes) {
            throw Attributes.malformed(
                    "message " + type + " has " + payload.limit() + " bytes instead of " + structBytes);
        }
        return payload;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The negated error number of an acknowledgement or of the end of a dump. */
    int error() throws ErrnoException {
        return payload.limit() == 0 && type == DONE ? 0 : need(SIZE_OF_ERROR).getInt(0);
    }

    /** What an acknowledgement says beyond its number, NLMSGERR_ATTR_MSG and its like; null when nothing. */
    @Nullable
    String explanation() throws ErrnoException {
        if (!has(F_ACK_ATTRIBUTES)) {
            return null;
        }
        int before = SIZE_OF_ERROR;
        if (type == ERROR) {
            int original = need(SIZE_OF_ERROR + HEADER).getInt(SIZE_OF_ERROR);
            before += has(F_CAPPED) ? HEADER : align(original);
        }
        if (before < 0) {
            throw Attributes.malformed("an acknowledgement of a message of impossible length");
        }
        Attributes attributes = attributes(before);
        String sentence = attributes.string(EXTACK_MESSAGE);
        if (sentence != null) {
            return sentence;
        }
        if (attributes.has(EXTACK_MISSING)) {
            return "attribute " + attributes.u32(EXTACK_MISSING, 0) + " is missing";
        }
        return attributes.has(EXTACK_OFFSET)
                ? "because of the attribute at byte " + attributes.u32(EXTACK_OFFSET, 0)
                : null;
    }

    static int align(int bytes) {
        return bytes + 3 & ~3;
    }
}
