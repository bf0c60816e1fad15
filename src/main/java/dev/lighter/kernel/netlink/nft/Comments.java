package dev.lighter.kernel.netlink.nft;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Words for people beside rules and elements, in the form in which the nft program keeps and shows them: type, length, string, NUL. */
final class Comments {
    private static final int TYPE = 0;
    private static final int HEADER = 2;
    private static final int LONGEST = 127;

    private Comments() {}

    static byte[] encode(String words) {
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        if (text.length > LONGEST) {
            throw new IllegalArgumentException("a comment has at most 127 bytes: " + words);
        }
        byte[] bytes = new byte[HEADER + text.length + 1];
        bytes[0] = TYPE;
        bytes[1] = (byte) (text.length + 1);
        System.arraycopy(text, 0, bytes, HEADER, text.length);
        return bytes;
    }

    static @Nullable String decode(byte @Nullable [] bytes) {
        int at = 0;
        while (bytes != null && at + HEADER <= bytes.length) {
            int end = at + HEADER + (bytes[at + 1] & 0xff);
            if (end > bytes.length) {
                return null;
            }
            if (bytes[at] == TYPE) {
                byte[] text = Arrays.copyOfRange(bytes, at + HEADER, end);
                return new String(text, StandardCharsets.UTF_8).replaceFirst("\0.*", "");
            }
            at = end;
        }
        return null;
    }
}
