package dev.lighter.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive from a stream, entry by entry: ustar, GNU long names, and PAX records with their values as bytes (libraries give
 * them as text, which destroys binary attributes such as {@code security.capability}). Reads nothing beyond what it is asked for. An
 * archive that ends inside an entry fails. Belongs to one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/tar.5.html">tar(5)</a>
 */
final class TarReader {
    static final int BLOCK = 512;
    private static final int LARGEST_RECORDS = 1 << 20;
    private static final String XATTR = "SCHILY.xattr.";

    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    private final Map<String, byte[]> globals = new HashMap<>();
    private long remaining;
    private int padding;
    private final boolean mayEndUnpadded;
    private boolean ended;

    TarReader(InputStream in) {
        this(in, false);
    }

    /**
     * The same.
     *
     * @param mayEndUnpadded whether an archive may end with the last byte of its last entry, as those do that Docker's clients send for builds
     */
    TarReader(InputStream in, boolean mayEndUnpadded) {
        this.mayEndUnpadded = mayEndUnpadded;
        this.in = in;
    }

    /** The bytes are not a tar archive at all: their first header is none. */
    static final class NotTarException extends IOException {
        private static final long serialVersionUID = 1L;

        NotTarException(String message) {
            super(message);
        }
    }

    /** The next entry, or null at the archive's end. What was not read of the entry before is passed over. */
    @Nullable
    TarEntry next() throws IOException {
        Map<String, byte[]> records = new HashMap<>(globals);
        String longName = null;
        String longLink = null;
        while (true) {
            skip();
            if (!nextHeader()) {
                return null;
            }
            char type = (char) (header[156] & 0xff);
            long size = number(124, 12, "size");
            if (size < 0) {
                throw broken("a negative size");
            }
            switch (type) {
                case 'x', 'g' -> {
                    Map<String, byte[]> target = type == 'x' ? records : globals;
                    parseRecords(metadata(size), target);
                    if (type == 'g') {
                        records.putAll(globals);
                    }
                }
                case 'L' -> longName = text(metadata(size));
                case 'K' -> longLink = text(metadata(size));
                case 'S' -> throw broken("a sparse file in GNU's old format; make the archive without --sparse");
                default -> {
                    return entry(type, size, records, longName, longLink);
                }
            }
        }
    }

    private TarEntry entry(
            char type,
            long headerSize,
            Map<String, byte[]> records,
            @Nullable String longName,
            @Nullable String longLink)
            throws IOException {
        for (String record : records.keySet()) {
            if (record.startsWith("GNU.sparse.")) {
                throw broken("a sparse file; make the archive without --sparse");
            }
        }
        String name = longName == null ? headerName() : longName;
        name = record(records, "path", name);
        String link = record(records, "linkpath", longLink == null ? field(157, 100) : longLink);
        long size = decimal(records, "size", headerSize);
        char kind = type == 0 || type == '7' ? TarEntry.FILE : type;
        if (kind == TarEntry.FILE && name.endsWith("/")) {
            kind = TarEntry.DIRECTORY;
        }
        boolean hasContent = kind == TarEntry.FILE || kind > '7' || kind < '0';
        if (size < 0) {
            throw broken("a negative size");
        }
        if (!hasContent) {
            size = 0;
        }
        remaining = size;
        padding = (int) (-size & BLOCK - 1);
        long seconds = number(136, 12, "mtime");
        int nanos = 0;
        byte[] mtime = records.get("mtime");
        if (mtime != null) {
            String[] parts = text(mtime).split("\\.", 2);
            seconds = parse(parts[0], "mtime");
            nanos = parts.length == 2 ? (int) parse((parts[1] + "000000000").substring(0, 9), "mtime") : 0;
            if (seconds < 0 && nanos > 0 || parts[0].startsWith("-") && nanos > 0) {
                seconds--;
                nanos = 1_000_000_000 - nanos;
            }
        }
        Map<String, byte[]> xattrs = new HashMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                xattrs.put(key.substring(XATTR.length()), value);
            }
        });
        return new TarEntry(
                name,
                kind,
                (int) number(100, 8, "mode") & 07777,
                id(decimal(records, "uid", number(108, 8, "uid"))),
                id(decimal(records, "gid", number(116, 8, "gid"))),
                size,
                seconds,
                nanos,
                link,
                (int) number(329, 8, "major") & 0xfff,
                (int) number(337, 8, "minor") & 0xfffff,
                xattrs);
    }

    /** Reads the entry's content; -1 at its end. */
    int read(byte[] buffer, int offset, int length) throws IOException {
        if (remaining == 0) {
            return -1;
        }
        int count = in.read(buffer, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            throw truncated();
        }
        remaining -= count;
        return count;
    }

    /** Reads what follows the end of the archive, to the end of the stream: it counts for the digest. */
    void drain() throws IOException {
        byte[] buffer = new byte[64 * 1024];
        while (in.read(buffer) >= 0) {
            ended = true;
        }
    }

    private void skip() throws IOException {
        long left = remaining + padding;
        long dispensable = mayEndUnpadded ? padding : 0;
        remaining = 0;
        padding = 0;
        byte[] buffer = left > BLOCK ? new byte[(int) Math.min(left, 64 * 1024)] : header;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0 && left <= dispensable) {
                ended = true;
                return;
            }
            if (count < 0) {
                throw truncated();
            }
            left -= count;
        }
    }

    private boolean first = true;

    private boolean nextHeader() throws IOException {
        if (ended) {
            return false;
        }
        int count = in.readNBytes(header, 0, BLOCK);
        if (count == 0 && !first) {
            ended = true;
            return false;
        }
        if (count < BLOCK) {
            throw first ? new NotTarException("it is not a tar archive") : truncated();
        }
        if (allZero()) {
            ended = true;
            return false;
        }
        if (!checksumMatches()) {
            throw first ? new NotTarException("it is not a tar archive") : broken("a header whose checksum is wrong");
        }
        first = false;
        return true;
    }

    private boolean allZero() {
        for (byte b : header) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean checksumMatches() {
        long expected;
        try {
            expected = number(148, 8, "checksum");
        } catch (IOException notANumber) {
            return false;
        }
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte b = i >= 148 && i < 156 ? (byte) ' ' : header[i];
            unsigned += b & 0xff;
            signed += b;
        }
        return expected == unsigned || expected == signed;
    }

    private byte[] metadata(long size) throws IOException {
        if (size > LARGEST_RECORDS) {
            throw broken("a name or attribute of more than " + LARGEST_RECORDS + " bytes");
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw truncated();
        }
        remaining = 0;
        padding = (int) (-size & BLOCK - 1);
        return bytes;
    }

    /** Records are "length key=value\n", the length in decimal and counting itself. */
    private static void parseRecords(byte[] bytes, Map<String, byte[]> records) throws IOException {
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            int space = at;
            while (space < bytes.length && bytes[space] != ' ') {
                space++;
            }
            long length = parse(new String(bytes, at, space - at, StandardCharsets.ISO_8859_1), "PAX record");
            long end = at + length;
            int equals = space;
            while (equals < bytes.length && bytes[equals] != '=') {
                equals++;
            }
            if (length <= 0 || end > bytes.length || equals >= end || bytes[(int) end - 1] != '\n') {
                throw broken("a PAX record that is no record");
            }
            String key = new String(bytes, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            byte[] value = Arrays.copyOfRange(bytes, equals + 1, (int) end - 1);
            if (value.length == 0) {
                records.remove(key);
            } else {
                records.put(key, value);
            }
            at = (int) end;
        }
    }

    private String headerName() {
        String name = field(0, 100);
        boolean ustar = field(257, 6).equals("ustar");
        String prefix = ustar && header[262] == 0 ? field(345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private String field(int start, int length) {
        int end = start;
        while (end < start + length && header[end] != 0) {
            end++;
        }
        return new String(header, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Octal digits between blanks and NULs, or a big-endian number where the first bit is set. */
    private long number(int start, int length, String what) throws IOException {
        if ((header[start] & 0x80) != 0) {
            long value = (header[start] & 0x40) != 0 ? -1 : 0;
            value = value << 6 | header[start] & 0x3f;
            for (int i = start + 1; i < start + length; i++) {
                value = value << 8 | header[i] & 0xff;
            }
            return value;
        }
        long value = 0;
        boolean digits = false;
        for (int i = start; i < start + length; i++) {
            byte b = header[i];
            if (b >= '0' && b <= '7') {
                value = value << 3 | b - '0';
                digits = true;
            } else if (b == 0 || b == ' ') {
                if (digits) {
                    break;
                }
            } else {
                throw broken("a header whose " + what + " is not a number");
            }
        }
        return value;
    }

    private static String record(Map<String, byte[]> records, String key, String otherwise) {
        byte[] value = records.get(key);
        return value == null ? otherwise : text(value);
    }

    private static long decimal(Map<String, byte[]> records, String key, long otherwise) throws IOException {
        byte[] value = records.get(key);
        return value == null ? otherwise : parse(text(value), key);
    }

    private static int id(long value) throws IOException {
        if (value < 0 || value >= 0xffff_ffffL) {
            throw broken("an owner that cannot be: " + value);
        }
        return (int) value;
    }

    private static long parse(String digits, String what) throws IOException {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IOException("the archive has a " + what + " that is not a number", e);
        }
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
    }

    private static IOException broken(String what) {
        return new IOException("the archive has " + what);
    }

    private static EOFException truncated() {
        return new EOFException("the archive ends in the middle of an entry: it is truncated");
    }
}
