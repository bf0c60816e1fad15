package dev.lighter.network.dns;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.xbill.DNS.Type;

/** A question sent to one resolver from a socket of its own, with a number of its own: who cannot see it cannot guess both, RFC 5452. */
abstract class Exchange {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What passes unfragmented wherever IPv6 does. */
    private static final int PAYLOAD = 1232;

    private final InetSocketAddress resolver;
    private final Question question;
    private final int id = RANDOM.nextInt(1 << 16);

    Exchange(InetSocketAddress resolver, Question question) {
        this.resolver = resolver;
        this.question = question;
    }

    final InetSocketAddress resolver() {
        return resolver;
    }

    /** Whether it is by TCP. */
    abstract boolean isStream();

    /** Gives the socket back; no answer comes afterwards. */
    abstract void close();

    /** Whether a message is the answer: with the number, and to the question. */
    final boolean isAnswer(byte[] message, int length) {
        return length >= Header.BYTES
                && Header.u16(message, 0) == id
                && (Header.u16(message, 2) & Header.RESPONSE) != 0
                && question.isAnsweredBy(message, length);
    }

    /** The message to send. */
    final ByteBuffer query(boolean edns) {
        ByteBuffer query = ByteBuffer.allocate(Header.BYTES + question.name().length + 4 + Header.OPT_BYTES);
        query.putShort((short) id)
                .putShort((short) (Header.RECURSION_DESIRED
                        | Header.AUTHENTIC
                        | (question.has(Header.CHECKING_DISABLED) ? Header.CHECKING_DISABLED : 0)))
                .putShort((short) 1)
                .putInt(0)
                .putShort((short) (edns ? 1 : 0))
                .put(question.name())
                .putShort((short) question.type())
                .putShort((short) question.dnsClass());
        if (edns) {
            query.put((byte) 0)
                    .putShort((short) Type.OPT)
                    .putShort((short) PAYLOAD)
                    .putShort((short) 0)
                    .putShort((short) (question.dnssecOk() ? Header.DNSSEC_OK : 0))
                    .putShort((short) 0);
        }
        return query.flip();
    }
}
