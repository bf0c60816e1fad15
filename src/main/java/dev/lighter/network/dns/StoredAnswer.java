package dev.lighter.network.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIGRecord;

/**
 * An answer from outside, checked record by record and written anew, which serves every client that asks the same: each gets its own
 * number, spelling and size, and times to live that count down. Immutable.
 */
final class StoredAnswer {
    /** Longer than an hour nothing is remembered, whatever it says of itself. */
    private static final int MOST_SECONDS = 3600;
    /** That something does not exist is remembered for less, RFC 2308 section 5: it is often made a moment later. */
    private static final int MOST_NEGATIVE_SECONDS = 300;

    private static final int[] SECTIONS = {Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL};
    private static final int TTL_OFFSET = 4;
    private static final int LENGTH_OFFSET = 8;
    private static final int FIELDS_BYTES = 10;

    private final byte[] message;
    /** Where each record's type begins, after its name. */
    private final int[] records;

    private final int[] counts = new int[SECTIONS.length];
    private final int rcode;
    private final boolean truncated;
    private final boolean authentic;
    private final int mostSeconds;
    private final long storedAt;
    private final int lifetimeSeconds;

    /**
     * Takes an answer over.
     *
     * @param answer it is changed: what concerns only the conversation with the resolver is taken out
     * @param now the loop's time
     * @throws IOException when the answer cannot be written again
     */
    StoredAnswer(Message answer, long now) throws IOException {
        rcode = answer.getRcode();
        truncated = answer.getHeader().getFlag(Flags.TC);
        authentic = answer.getHeader().getFlag(Flags.AD);
        storedAt = now;
        if (answer.getOPT() != null) {
            answer.removeRecord(answer.getOPT(), Section.ADDITIONAL);
        }
        answer.getSection(Section.ADDITIONAL).stream()
                .filter(TSIGRecord.class::isInstance)
                .forEach(record -> answer.removeRecord(record, Section.ADDITIONAL));
        boolean negative =
                rcode == Rcode.NXDOMAIN || answer.getSection(Section.ANSWER).isEmpty();
        lifetimeSeconds = truncated ? 0 : lifetimeSeconds(answer, negative);
        mostSeconds = negative ? Math.max(lifetimeSeconds, 1) : MOST_SECONDS;
        message = answer.toWire();
        for (int i = 0; i < SECTIONS.length; i++) {
            counts[i] = Header.u16(message, 6 + 2 * i);
        }
        records = offsets(message, counts[0] + counts[1] + counts[2]);
    }

    /** The smallest time to live; for what does not exist also what its zone says of that. Zero for what must not be remembered. */
    private int lifetimeSeconds(Message answer, boolean negative) {
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            return 0;
        }
        long seconds = negative ? MOST_NEGATIVE_SECONDS : MOST_SECONDS;
        boolean zoneIsKnown = false;
        for (int section : SECTIONS) {
            for (Record record : answer.getSection(section)) {
                seconds = Math.min(seconds, validTtl(record.getTTL()));
                if (section == Section.AUTHORITY && record instanceof SOARecord zone) {
                    zoneIsKnown = true;
                    seconds = Math.min(seconds, validTtl(zone.getMinimum()));
                }
            }
        }
        return negative && !zoneIsKnown ? 0 : (int) seconds;
    }

    /** RFC 2181 section 8: with the highest bit set it counts as zero. */
    private static long validTtl(long ttl) {
        return ttl > Integer.MAX_VALUE ? 0 : ttl;
    }

    private static int[] offsets(byte[] message, int count) throws IOException {
        int[] offsets = new int[count];
        int at = WireName.end(message, Header.BYTES, message.length) + 4;
        for (int i = 0; i < count; i++) {
            offsets[i] = WireName.endOfCompressed(message, at, message.length);
            if (offsets[i] < 0) {
                throw new IOException("an answer with a record that cannot be found again");
            }
            at = end(message, offsets[i]);
        }
        return offsets;
    }

    private static int end(byte[] message, int record) {
        return record + FIELDS_BYTES + Header.u16(message, record + LENGTH_OFFSET);
    }

    int rcode() {
        return rcode;
    }

    /** Whether the resolver had more to say. */
    boolean isTruncated() {
        return truncated;
    }

    /** Whether it may still be given as an answer. */
    boolean isFresh(long now) {
        return ageSeconds(now) < lifetimeSeconds;
    }

    private long ageSeconds(long now) {
        return TimeUnit.NANOSECONDS.toSeconds(now - storedAt);
    }

    /** How much memory it takes. */
    int bytes() {
        return message.length + Integer.BYTES * records.length;
    }

    /**
     * Writes it as the answer to a client's question; gives the buffer, to be read from. Records for which there is no room are left out.
     */
    ByteBuffer write(ByteBuffer out, Question question, int limit, long now) {
        int room = limit - (question.hasEdns() ? Header.OPT_BYTES : 0);
        int kept = records.length;
        while (kept > 0 && end(message, records[kept - 1]) > room) {
            kept--;
        }
        // An additional record without its fellows would be misleading, RFC 2181 section 5.1, and nobody misses them.
        if (kept < records.length) {
            kept = Math.min(kept, counts[0] + counts[1]);
        }
        int start = Header.BYTES + question.name().length;
        int end = kept == 0 ? start + 4 : end(message, records[kept - 1]);
        out.clear().put(message, 0, end);
        out.put(Header.BYTES, question.name());
        long age = ageSeconds(now);
        for (int i = 0; i < kept; i++) {
            int at = records[i] + TTL_OFFSET;
            int ttl = out.getInt(at);
            out.putInt(at, (int) Math.max(0, Math.min(ttl, mostSeconds) - age));
        }
        boolean isCut = truncated || kept < counts[0] + counts[1];
        boolean isAuthentic = authentic && (question.dnssecOk() || question.has(Header.AUTHENTIC));
        AnswerWriter.putEdns(out, question, rcode);
        AnswerWriter.putHeader(
                out,
                question,
                rcode & Header.RCODE | (isCut ? Header.TRUNCATED : 0) | (isAuthentic ? Header.AUTHENTIC : 0));
        int answers = Math.min(kept, counts[0]);
        int authorities = Math.min(kept - answers, counts[1]);
        out.putShort(6, (short) answers).putShort(8, (short) authorities).putShort(10, (short)
                (kept - answers - authorities + (question.hasEdns() ? 1 : 0)));
        return out.flip();
    }
}
