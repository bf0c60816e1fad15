package dev.lighter.registryapi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a blob, RFC 9110, range requests.
 *
 * @param start the first byte
 * @param end the byte behind the last one
 */
record ByteRange(long start, long end) {
    private static final Pattern SINGLE = Pattern.compile("bytes=\\s*([0-9]{0,18})\\s*-\\s*([0-9]{0,18})\\s*");

    /**
     * The part that a Range header asks for: null for the whole, as for several parts and for units that are not known, and an empty one where
     * nothing of the blob is in it.
     */
    static @Nullable ByteRange of(@Nullable String header, long size) {
        Matcher match = header == null ? null : SINGLE.matcher(header);
        if (match == null || !match.matches()) {
            return null;
        }
        String first = match.group(1);
        String last = match.group(2);
        if (first.isEmpty()) {
            if (last.isEmpty()) {
                return null;
            }
            return new ByteRange(Math.max(0, size - Long.parseLong(last)), size);
        }
        long start = Long.parseLong(first);
        if (!last.isEmpty() && Long.parseLong(last) < start) {
            return null;
        }
        long end = last.isEmpty() ? size : Math.min(size, Long.parseLong(last) + 1);
        return new ByteRange(start, Math.max(start, end));
    }

    boolean isEmpty() {
        return start >= end;
    }

    long length() {
        return end - start;
    }
}
