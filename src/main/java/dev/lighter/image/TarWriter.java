package dev.lighter.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a tar archive to a stream, entry by entry: ustar, and PAX records for what does not fit, with names as raw bytes. The same entries
 * give the same bytes. The counterpart of {@link TarReader}; belongs to one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/tar.5.html">tar(5)</a>
 */
final class TarWriter implements AutoCloseable {
    private static final int NAME_BYTES = 100;
    private static final long LARGEST_OCTAL_SIZE = 0777_7777_7777L;
    private static final int LARGEST_OCTAL_ID = 0777_7777;
    private static final int LONGEST_RECORDS_NAME = 80;
    private static final String XATTR = "SCHILY.xattr.";
    private static final byte[] ZEROS = new byte[2 * TarReader.BLOCK];

    private final OutputStream out;
    private long left;
    private int padding;

    /** @param out takes large pieces as well as small ones; stays open */
    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Begins an entry, whose content follows with {@link #write}, exactly as long as the entry says. */
    void begin(TarEntry entry) throws IOException {
        requireComplete();
        Map<String, byte[]> records = records(entry);
        if (!records.isEmpty()) {
            byte[] packed = pack(records);
            String end = entry.name().length() > LONGEST_RECORDS_NAME
                    ? entry.name().substring(entry.name().length() - LONGEST_RECORDS_NAME)
                    : entry.name();
            out.write(header("PaxHeaders/" + end.replace('/', '_'), 'x', 0644, 0, 0, packed.length, 0, "", 0, 0));
            out.write(packed);
            out.write(ZEROS, 0, -packed.length & TarReader.BLOCK - 1);
        }
        out.write(header(
                entry.name(),
                entry.type(),
                entry.permissions(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                records.containsKey("mtime") ? Math.max(0, entry.modifiedSeconds()) : entry.modifiedSeconds(),
                entry.linkName(),
                entry.major(),
                entry.minor()));
        left = entry.size();
        padding = (int) (-entry.size() & TarReader.BLOCK - 1);
    }

    /** Some of the present entry's content. */
    void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > left) {
            throw new IOException("an entry's content is longer than it says");
        }
        out.write(bytes, offset, length);
        left -= length;
        if (left == 0) {
            out.write(ZEROS, 0, padding);
            padding = 0;
        }
    }

    private void requireComplete() throws IOException {
        if (left > 0) {
            throw new IOException("an entry's content is shorter than it says");
        }
    }

    private static Map<String, byte[]> records(TarEntry entry) {
        Map<String, byte[]> records = new TreeMap<>();
        if (entry.name().length() > NAME_BYTES) {
            records.put("path", raw(entry.name()));
        }
        if (entry.linkName().length() > NAME_BYTES) {
            records.put("linkpath", raw(entry.linkName()));
        }
        if (entry.size() > LARGEST_OCTAL_SIZE) {
            records.put("size", raw(Long.toString(entry.size())));
        }
        if (Integer.compareUnsigned(entry.uid(), LARGEST_OCTAL_ID) > 0) {
            records.put("uid", raw(Integer.toUnsignedString(entry.uid())));
        }
        if (Integer.compareUnsigned(entry.gid(), LARGEST_OCTAL_ID) > 0) {
            records.put("gid", raw(Integer.toUnsignedString(entry.gid())));
        }
        if (entry.modifiedNanos() != 0 || entry.modifiedSeconds() < 0 || entry.modifiedSeconds() > LARGEST_OCTAL_SIZE) {
            records.put("mtime", raw(time(entry.modifiedSeconds(), entry.modifiedNanos())));
        }
        entry.xattrs().forEach((name, value) -> records.put(XATTR + name, value));
        return records;
    }

    /** Seconds with a fraction that counts away from zero, as people write numbers, not as the kernel does. */
    private static String time(long seconds, int nanos) {
        boolean negative = seconds < 0 && nanos > 0;
        long whole = negative ? seconds + 1 : seconds;
        int fraction = negative ? 1_000_000_000 - nanos : nanos;
        String digits = Integer.toString(1_000_000_000 + fraction).substring(1);
        return (negative && whole == 0 ? "-" : "") + whole + (fraction == 0 ? "" : "." + digits);
    }

    private static byte[] pack(Map<String, byte[]> records) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        records.forEach((key, value) -> {
            byte[] name = key.getBytes(StandardCharsets.UTF_8);
            int rest = name.length + value.length + 3;
            int length = rest + Integer.toString(rest).length();
            if (Integer.toString(length).length() > Integer.toString(rest).length()) {
                length++;
            }
            packed.writeBytes(raw(length + " "));
            packed.writeBytes(name);
            packed.write('=');
            packed.writeBytes(value);
            packed.write('\n');
        });
        return packed.toByteArray();
    }

    private static byte[] header(
            String name,
            char type,
            int permissions,
            int uid,
            int gid,
            long size,
            long seconds,
            String linkName,
            int major,
            int minor) {
        byte[] header = new byte[TarReader.BLOCK];
        text(header, 0, NAME_BYTES, name);
        octal(header, 100, 8, permissions);
        octal(header, 108, 8, Integer.toUnsignedLong(uid));
        octal(header, 116, 8, Integer.toUnsignedLong(gid));
        octal(header, 124, 12, size);
        octal(header, 136, 12, seconds);
        header[156] = (byte) type;
        text(header, 157, NAME_BYTES, linkName);
        text(header, 257, 6, "ustar");
        text(header, 263, 2, "00");
        octal(header, 329, 8, major);
        octal(header, 337, 8, minor);
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xff;
        }
        octal(header, 148, 7, sum);
        return header;
    }

    private static void text(byte[] header, int start, int length, String text) {
        byte[] bytes = raw(text);
        System.arraycopy(bytes, 0, header, start, Math.min(length, bytes.length));
    }

    /** What does not fit is said by a record. */
    private static void octal(byte[] header, int start, int length, long value) {
        long largest = (1L << 3 * (length - 1)) - 1;
        String digits = Long.toOctalString(value < 0 || value > largest ? 0 : value);
        int at = start + length - 1 - digits.length();
        Arrays.fill(header, start, at, (byte) '0');
        text(header, at, digits.length(), digits);
        header[start + length - 1] = 0;
    }

    private static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes the archive's end. */
    @Override
    public void close() throws IOException {
        requireComplete();
        out.write(ZEROS, 0, 2 * TarReader.BLOCK);
        out.flush();
    }
}
