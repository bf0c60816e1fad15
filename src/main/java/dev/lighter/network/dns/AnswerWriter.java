package dev.lighter.network.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Writes an answer of the server's own into a buffer that is used again for the next: header, question, records, EDNS. */
final class AnswerWriter {
    /** How large a datagram may be for a client that says nothing of it, RFC 1035 section 2.3.4. */
    static final int PLAIN_LIMIT = 512;
    /**
     * How many seconds a name of ours may be remembered: a container that comes back has another address a moment later, and asking again
     * costs next to nothing.
     */
    static final int TTL_SECONDS = 5;

    /** A pointer to the name in the question, which follows the header. */
    private static final short QUESTION_NAME = (short) (0xc000 | Header.BYTES);

    private static final int BADVERS_HIGH_BITS = 1;
    private static final int PAYLOAD = 4096;

    private final ByteBuffer out;
    private final Question question;
    private final int limit;
    private int count;
    private boolean truncated;

    /**
     * Begins an answer.
     *
     * @param limit how many bytes it may have; records beyond are left out and the answer marked as truncated
     */
    AnswerWriter(ByteBuffer out, Question question, int limit) {
        this.out = out;
        this.question = question;
        this.limit = limit - (question.hasEdns() ? Header.OPT_BYTES : 0);
        out.clear().position(Header.BYTES);
        putQuestion(out, question);
    }

    /** An answer that says nothing but a code. */
    static ByteBuffer code(ByteBuffer out, Question question, int rcode) {
        return new AnswerWriter(out, question, PLAIN_LIMIT).finish(rcode, 0);
    }

    /** Adds an A or AAAA record. */
    void address(InetAddress address) {
        record(address instanceof Inet4Address ? Type.A : Type.AAAA, address.getAddress());
    }

    /** Adds a PTR record. */
    void pointer(byte[] name) {
        record(Type.PTR, name);
    }

    private void record(int type, byte[] data) {
        if (truncated || out.position() + 12 + data.length > limit) {
            truncated = true;
            return;
        }
        out.putShort(QUESTION_NAME)
                .putShort((short) type)
                .putShort((short) DClass.IN)
                .putInt(TTL_SECONDS)
                .putShort((short) data.length)
                .put(data);
        count++;
    }

    /** Ends the answer about a name of ours and gives the buffer, to be read from. */
    ByteBuffer finish() {
        return finish(Rcode.NOERROR, Header.AUTHORITATIVE);
    }

    private ByteBuffer finish(int rcode, int flags) {
        putEdns(out, question, rcode);
        putHeader(out, question, flags | rcode & Header.RCODE | (truncated ? Header.TRUNCATED : 0));
        out.putShort(6, (short) count).putShort(8, (short) 0).putShort(10, (short) (question.hasEdns() ? 1 : 0));
        return out.flip();
    }

    /** The header but for the counts of records. */
    static void putHeader(ByteBuffer out, Question question, int flags) {
        out.putShort(0, (short) question.id())
                .putShort(2, (short) (Header.RESPONSE | Header.RECURSION_AVAILABLE | question.repeatedFlags() | flags))
                .putShort(4, (short) (question.name().length == 0 ? 0 : 1));
    }

    private static void putQuestion(ByteBuffer out, Question question) {
        if (question.name().length > 0) {
            out.put(question.name()).putShort((short) question.type()).putShort((short) question.dnsClass());
        }
    }

    /** The OPT record, for a client that sent one. */
    static void putEdns(ByteBuffer out, Question question, int rcode) {
        if (question.hasEdns()) {
            out.put((byte) 0)
                    .putShort((short) Type.OPT)
                    .putShort((short) PAYLOAD)
                    .put((byte) (rcode == Rcode.BADVERS ? BADVERS_HIGH_BITS : 0))
                    .put((byte) 0)
                    .putShort((short) (question.dnssecOk() ? Header.DNSSEC_OK : 0))
                    .putShort((short) 0);
        }
    }
}
