package dev.lighter.container.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Puts the time before each line, as RFC 3339 with nanoseconds; a line that goes on from an earlier piece gets none. For one thread. */
final class TimestampedLines {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z' ").withZone(ZoneOffset.UTC);

    private final boolean[] inLine = new boolean[2];
    private ByteBuffer stamped = ByteBuffer.allocate(128 * 1024);

    /** The piece with the time before each line that begins in it; valid until the next call. */
    ByteBuffer stamp(int stream, ByteBuffer piece, Instant time) {
        byte[] stamp = FORMAT.format(time).getBytes(StandardCharsets.US_ASCII);
        stamped.clear();
        byte[] bytes = piece.array();
        int end = piece.limit();
        int at = piece.position();
        while (at < end) {
            if (!inLine[stream]) {
                put(stamp, 0, stamp.length);
            }
            int lineEnd = at;
            while (lineEnd < end && bytes[lineEnd] != '\n') {
                lineEnd++;
            }
            boolean whole = lineEnd < end;
            int next = whole ? lineEnd + 1 : end;
            put(bytes, at, next - at);
            inLine[stream] = !whole;
            at = next;
        }
        return stamped.flip();
    }

    private void put(byte[] bytes, int offset, int length) {
        if (stamped.remaining() < length) {
            stamped = ByteBuffer.allocate(Math.max(stamped.capacity() * 2, stamped.position() + length))
                    .put(stamped.flip());
        }
        stamped.put(bytes, offset, length);
    }
}
