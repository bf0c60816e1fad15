package dev.lighter.image;

import dev.lighter.kernel.Sha256Digest;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Digests in the form of the OCI image specification, descriptors: {@code sha256:} and 64 hexadecimal digits. */
final class Sha256 {
    static final String PREFIX = "sha256:";
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private Sha256() {}

    static MessageDigest start() {
        return Sha256Digest.create();
    }

    static String finish(MessageDigest digest) {
        return PREFIX + HexFormat.of().formatHex(digest.digest());
    }

    static String of(byte[] bytes) {
        MessageDigest digest = start();
        digest.update(bytes);
        return finish(digest);
    }

    static boolean isDigest(String text) {
        return DIGEST.matcher(text).matches();
    }

    static boolean isHex(String text) {
        return HEX.matcher(text).matches();
    }

    static String hex(String digest) {
        return digest.substring(PREFIX.length());
    }
}
