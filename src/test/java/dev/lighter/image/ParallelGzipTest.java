package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelGzipTest {
    private static byte[] pack(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ParallelGzip gzip = new ParallelGzip(out)) {
            for (int at = 0; at < bytes.length; at += 100_000) {
                gzip.write(bytes, at, Math.min(100_000, bytes.length - at));
            }
            gzip.finish();
        }
        return out.toByteArray();
    }

    private static byte[] text(int length) {
        byte[] bytes = new byte[length];
        Random random = new Random(5);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(8));
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 512 * 1024, 512 * 1024 + 1, 5_000_000})
    void comesOutAsItWentIn(int length) throws IOException {
        byte[] bytes = text(length);
        byte[] packed = pack(bytes);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes())
                .isEqualTo(bytes);
        assertThat(packed.length).isLessThan(length / 2 + 100);
    }

    @Test
    void whatIsRandomIsStoredAndGrowsByLittle() throws IOException {
        byte[] bytes = new byte[4_000_000];
        new Random(1).nextBytes(bytes);
        byte[] packed = pack(bytes);
        assertThat(packed.length).isBetween(bytes.length, bytes.length + bytes.length / 500);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes())
                .isEqualTo(bytes);
    }

    @Test
    void aBlockThatIsOnlyPartlyRandomIsCompressed() throws IOException {
        byte[] bytes = text(2 * 512 * 1024);
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 0, noise.length);
        assertThat(pack(bytes).length).isLessThan(noise.length + bytes.length / 2);
    }

    @Test
    void theSameBytesGiveTheSameMember() throws IOException {
        byte[] bytes = text(3_000_000);
        byte[] first = pack(bytes);
        for (int i = 0; i < 5; i++) {
            assertThat(Arrays.equals(pack(bytes), first)).isTrue();
        }
    }

    @Test
    void theLengthModuloItsFieldIsRight() throws IOException {
        byte[] packed = pack(text(70_000));
        int end = packed.length;
        int length = packed[end - 4] & 0xff | (packed[end - 3] & 0xff) << 8 | (packed[end - 2] & 0xff) << 16;
        assertThat(length).isEqualTo(70_000);
    }
}
