package dev.lighter.build;

import dev.lighter.kernel.Sha256Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Counts what a step is made of together to 64 digits; each part with its length, so that none runs into the next. Belongs to one thread. */
final class Digest {
    private final MessageDigest sha256 = Sha256Digest.create();

    Digest add(String part) {
        return add(part.getBytes(StandardCharsets.UTF_8));
    }

    Digest add(byte[] part) {
        add(part.length);
        sha256.update(part);
        return this;
    }

    Digest add(long number) {
        sha256.update(ByteBuffer.allocate(8).putLong(0, number));
        return this;
    }

    /** Bytes of a content whose length is counted elsewhere. */
    void addContent(byte[] bytes, int length) {
        sha256.update(bytes, 0, length);
    }

    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
