package dev.lighter.network;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of networks and endpoints: 64 random hexadecimal digits. */
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private Ids() {}

    static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
