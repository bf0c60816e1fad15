package dev.lighter.network.dns;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** What a client asks, read from its message without making more objects than are kept: this is done for every packet. Immutable. */
final class Question {
    private static final byte[] NO_NAME = {};
    private static final int TYPE_AND_CLASS_BYTES = 4;
    private static final int RECORD_BYTES = 10;

    private final int id;
    private final int flags;
    private final byte[] name;
    private final String key;
    private final int type;
    private final int dnsClass;
    private final int payload;
    private final boolean dnssecOk;
    private final int fault;

    private Question(int id, int flags, byte[] name, int type, int dnsClass, int payload, boolean dnssecOk, int fault) {
        this.id = id;
        this.flags = flags;
        this.name = name;
        this.key = name.length == 0 ? "" : WireName.key(name);
        this.type = type;
        this.dnsClass = dnsClass;
        this.payload = payload;
        this.dnssecOk = dnssecOk;
        this.fault = fault;
    }

    /**
     * Reads a message.
     *
     * @return null when it deserves no answer: it is too short to have a header, or an answer itself
     */
    static @Nullable Question read(byte[] message, int length) {
        if (length < Header.BYTES) {
            return null;
        }
        int id = Header.u16(message, 0);
        int flags = Header.u16(message, 2);
        if ((flags & Header.RESPONSE) != 0) {
            return null;
        }
        if ((flags & Header.OPCODE) >> 11 != Opcode.QUERY) {
            return faulty(id, flags, Rcode.NOTIMP);
        }
        int end = WireName.end(message, Header.BYTES, length);
        if (Header.u16(message, 4) != 1 || end < 0 || end + TYPE_AND_CLASS_BYTES > length) {
            return faulty(id, flags, Rcode.FORMERR);
        }
        byte[] name = Arrays.copyOfRange(message, Header.BYTES, end);
        int type = Header.u16(message, end);
        int dnsClass = Header.u16(message, end + 2);
        int payload = -1;
        boolean dnssecOk = false;
        int fault = Rcode.NOERROR;
        int records = Header.u16(message, 6) + Header.u16(message, 8) + Header.u16(message, 10);
        int at = end + TYPE_AND_CLASS_BYTES;
        for (int i = 0; i < records; i++) {
            int fields = WireName.endOfCompressed(message, at, length);
            if (fields < 0
                    || fields + RECORD_BYTES > length
                    || fields + RECORD_BYTES + Header.u16(message, fields + 8) > length) {
                return faulty(id, flags, Rcode.FORMERR);
            }
            if (Header.u16(message, fields) == Type.OPT) {
                if (payload >= 0 || fields != at + 1) {
                    return faulty(id, flags, Rcode.FORMERR);
                }
                payload = Header.u16(message, fields + 2);
                dnssecOk = (Header.u16(message, fields + 6) & Header.DNSSEC_OK) != 0;
                fault = message[fields + 5] == 0 ? Rcode.NOERROR : Rcode.BADVERS;
            }
            at = fields + RECORD_BYTES + Header.u16(message, fields + 8);
        }
        return new Question(id, flags, name, type, dnsClass, payload, dnssecOk, fault);
    }

    private static Question faulty(int id, int flags, int rcode) {
        return new Question(id, flags, NO_NAME, 0, 0, -1, false, rcode);
    }

    int id() {
        return id;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The flags that an answer repeats. */
    int repeatedFlags() {
        return flags & (Header.OPCODE | Header.RECURSION_DESIRED | Header.CHECKING_DISABLED);
    }

    /**
     * The name's bytes as they were asked, letter by letter: clients compare them, which makes an answer harder to forge. Not to be
     * changed.
     */
    byte[] name() {
        return name;
    }

    /** The same for all spellings of a name. */
    String key() {
        return key;
    }

    int type() {
        return type;
    }

    int dnsClass() {
        return dnsClass;
    }

    /** Whether the client speaks EDNS, RFC 6891, and so wants it answered. */
    boolean hasEdns() {
        return payload >= 0;
    }

    /** How many bytes a datagram may have that answers. */
    int datagramLimit(int most) {
        return Math.max(AnswerWriter.PLAIN_LIMIT, Math.min(payload, most));
    }

    boolean dnssecOk() {
        return dnssecOk;
    }

    /** NOERROR, or what is wrong with the question. */
    int fault() {
        return fault;
    }

    /** Whether a message answers this question, by its question section. */
    boolean isAnsweredBy(byte[] message, int length) {
        int end = Header.BYTES + name.length;
        if (length < end + TYPE_AND_CLASS_BYTES || Header.u16(message, 4) != 1) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (WireName.lower(name[i]) != WireName.lower(message[Header.BYTES + i])) {
                return false;
            }
        }
        return Header.u16(message, end) == type && Header.u16(message, end + 2) == dnsClass;
    }
}
