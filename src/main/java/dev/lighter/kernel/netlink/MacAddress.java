package dev.lighter.kernel.netlink;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** The six bytes by which a link is known to its neighbours, written {@code 02:42:ac:11:00:02}. Immutable. */
public final class MacAddress {
    private static final int BYTES = 6;
    private static final HexFormat FORMAT = HexFormat.ofDelimiter(":");

    private final byte[] bytes;

    private MacAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The address of these six bytes. */
    public static MacAddress of(byte... bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a MAC address has six bytes, not " + bytes.length);
        }
        return new MacAddress(bytes.clone());
    }

    /** Reads six bytes in hexadecimal with colons or hyphens between them. */
    public static MacAddress parse(String text) {
        try {
            return of(FORMAT.parseHex(text.replace('-', ':').toLowerCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a MAC address: " + text, e);
        }
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Whether it is a group's and so no link's own. */
    public boolean isMulticast() {
        return (bytes[0] & 1) != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MacAddress mac && Arrays.equals(bytes, mac.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return FORMAT.formatHex(bytes);
    }
}
