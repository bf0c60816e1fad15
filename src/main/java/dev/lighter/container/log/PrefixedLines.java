package dev.lighter.container.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Puts the time before each line, as RFC 3339 with nanoseconds, and attributes, each followed by a blank; a line that goes on from an
 * earlier piece gets nothing. For one thread.
 */
final class PrefixedLines {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z' ").withZone(ZoneOffset.UTC);

    private final boolean timestamps;
    private final byte[] attributes;
    private final boolean[] inLine = new boolean[2];
    private ByteBuffer prefixed = ByteBuffer.allocate(128 * 1024);

    PrefixedLines(boolean timestamps, @Nullable String attributes) {
        this.timestamps = timestamps;
        this.attributes = attributes == null ? new byte[0] : (attributes + " ").getBytes(StandardCharsets.UTF_8);
    }

    /** The piece with what belongs before each line that begins in it; valid until the next call. */
    ByteBuffer prefix(int stream, ByteBuffer piece, Instant time) {
        byte[] stamp = timestamps ? FORMAT.format(time).getBytes(StandardCharsets.US_ASCII) : new byte[0];
        prefixed.clear();
        byte[] bytes = piece.array();
        int end = piece.limit();
        int at = piece.position();
        while (at < end) {
            if (!inLine[stream]) {
                put(stamp, 0, stamp.length);
                put(attributes, 0, attributes.length);
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
        return prefixed.flip();
    }

    private void put(byte[] bytes, int offset, int length) {
        if (prefixed.remaining() < length) {
            prefixed = ByteBuffer.allocate(Math.max(prefixed.capacity() * 2, prefixed.position() + length))
                    .put(prefixed.flip());
        }
        prefixed.put(bytes, offset, length);
    }
}
