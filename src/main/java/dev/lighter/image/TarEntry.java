package dev.lighter.image;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One entry of a tar archive. Names are raw bytes kept in ISO 8859-1 strings, one character each, because a file's name need not be
 * text.
 *
 * @param type the type flag: {@code 0} file, {@code 1} hard link, {@code 2} symbolic link, {@code 3} and {@code 4} devices, {@code 5}
 *     directory, {@code 6} pipe
 * @param permissions the mode without type bits
 * @param xattrs extended attributes by name
 */
record TarEntry(
        String name,
        char type,
        int permissions,
        int uid,
        int gid,
        long size,
        long modifiedSeconds,
        int modifiedNanos,
        String linkName,
        int major,
        int minor,
        Map<String, byte[]> xattrs) {
    static final char FILE = '0';
    static final char HARD_LINK = '1';
    static final char SYMLINK = '2';
    static final char CHARACTER_DEVICE = '3';
    static final char BLOCK_DEVICE = '4';
    static final char DIRECTORY = '5';
    static final char FIFO = '6';

    /** A name as people read it. */
    static String readable(String raw) {
        return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
