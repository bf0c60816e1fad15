package dev.lighter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.kernel.ffi.Crypto;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class Sha256DigestTest {
    @Test
    void givesWhatJavaGivesForPiecesOfAllKinds() throws Exception {
        Assumptions.assumeTrue(Crypto.library() != null, "this machine has no libcrypto");
        Random random = new Random(7);
        MessageDigest ours = Sha256Digest.create();
        assertThat(ours).isInstanceOf(Sha256Digest.class);
        for (int run = 0; run < 200; run++) {
            byte[] bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            int cut = random.nextInt(bytes.length + 1);
            ours.update(bytes, 0, cut);
            ByteBuffer rest = run % 2 == 0
                    ? ByteBuffer.wrap(bytes, cut, bytes.length - cut)
                    : ByteBuffer.allocateDirect(bytes.length)
                            .put(0, bytes)
                            .position(cut)
                            .limit(bytes.length);
            ours.update(rest);
            assertThat(rest.hasRemaining()).isFalse();
            assertThat(ours.digest())
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(bytes));
        }
    }

    @Test
    void singleBytesAndResetsCount() {
        MessageDigest digest = Sha256Digest.create();
        digest.update((byte) 'x');
        digest.reset();
        for (byte b : "abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
            digest.update(b);
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(Arrays.equals(digest.digest(), Sha256Digest.create().digest()))
                .isTrue();
    }
}
