package dev.lighter.network.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Names as they are in messages: labels with their lengths, RFC 1035 section 3.1. */
final class WireName {
    private static final int LONGEST = 255;
    private static final int LONGEST_LABEL = 63;
    private static final int POINTER = 0xc0;
    private static final String REVERSE_V4 = ".in-addr.arpa";
    private static final String REVERSE_V6 = ".ip6.arpa";

    private WireName() {}

    /** The offset after a name that is not compressed, as a question's must be; -1 when there is none. */
    static int end(byte[] message, int from, int length) {
        int at = from;
        while (at < length && at - from < LONGEST) {
            int label = message[at] & 0xff;
            if (label == 0) {
                return at + 1;
            }
            if (label > LONGEST_LABEL) {
                return -1;
            }
            at += label + 1;
        }
        return -1;
    }

    /** The offset after a name that may end with a pointer, RFC 1035 section 4.1.4, which is not followed; -1 when there is none. */
    static int endOfCompressed(byte[] message, int from, int length) {
        int at = from;
        while (at < length && at - from < LONGEST) {
            int label = message[at] & 0xff;
            if (label == 0) {
                return at + 1;
            }
            if (label >= POINTER) {
                return at + 2 <= length ? at + 2 : -1;
            }
            if (label > LONGEST_LABEL) {
                return -1;
            }
            at += label + 1;
        }
        return -1;
    }

    /** Letters made small. Lengths are below the letters, so that the whole can be treated alike. */
    static byte lower(byte character) {
        return character >= 'A' && character <= 'Z' ? (byte) (character + ('a' - 'A')) : character;
    }

    /** The name's bytes in lower case, one character for each: what is equal for equal names. */
    static String key(byte[] name) {
        byte[] lower = new byte[name.length];
        for (int i = 0; i < name.length; i++) {
            lower[i] = lower(name[i]);
        }
        return new String(lower, StandardCharsets.ISO_8859_1);
    }

    /** With dots between the labels; null when a label has characters of its own that would make this ambiguous: no such name is ours. */
    static @Nullable String text(String key) {
        StringBuilder text = new StringBuilder(key.length());
        int at = 0;
        for (int label = key.charAt(0); label != 0; label = key.charAt(at)) {
            if (at > 0) {
                text.append('.');
            }
            for (int i = at + 1; i <= at + label; i++) {
                char character = key.charAt(i);
                if (character <= ' ' || character == '.' || character > '~') {
                    return null;
                }
                text.append(character);
            }
            at += label + 1;
        }
        return text.toString();
    }

    /** The bytes of a name with dots between its labels; null when it is too long or has an empty label. */
    static byte @Nullable [] of(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 2);
        for (String label : text.split("\\.", -1)) {
            byte[] characters = label.getBytes(StandardCharsets.UTF_8);
            if (characters.length == 0 || characters.length > LONGEST_LABEL) {
                return null;
            }
            bytes.write(characters.length);
            bytes.writeBytes(characters);
        }
        bytes.write(0);
        return bytes.size() > LONGEST ? null : bytes.toByteArray();
    }

    /**
     * The address that a name below {@code in-addr.arpa} (RFC 1035 section 3.5) or {@code ip6.arpa} (RFC 3596 section 2.5) stands for.
     */
    static @Nullable InetAddress address(String text) {
        if (text.endsWith(REVERSE_V4)) {
            return address(text.substring(0, text.length() - REVERSE_V4.length()), 4, 10);
        }
        return text.endsWith(REVERSE_V6)
                ? address(text.substring(0, text.length() - REVERSE_V6.length()), 32, 16)
                : null;
    }

    private static @Nullable InetAddress address(String reversed, int count, int radix) {
        String[] labels = reversed.split("\\.", -1);
        if (labels.length != count) {
            return null;
        }
        byte[] bytes = new byte[radix == 10 ? 4 : 16];
        for (int i = 0; i < count; i++) {
            String label = labels[count - 1 - i];
            int value = label.length() > 3 ? -1 : number(label, radix);
            if (value < 0 || value > (radix == 10 ? 0xff : 0xf)) {
                return null;
            }
            if (radix == 10) {
                bytes[i] = (byte) value;
            } else {
                bytes[i / 2] |= (byte) (i % 2 == 0 ? value << 4 : value);
            }
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int number(String digits, int radix) {
        int value = digits.isEmpty() ? -1 : 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
