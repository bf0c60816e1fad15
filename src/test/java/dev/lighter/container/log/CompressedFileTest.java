package dev.lighter.container.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed segments: whole for others' programs, and read at any place by ours. */
class CompressedFileTest {
    @TempDir
    private Path directory;

    private byte[] content(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Arrays.fill(content, size / 3, size / 2, (byte) 'x');
        Files.write(directory.resolve("plain"), content);
        assertThat(CompressedFile.write(directory.resolve("plain"), directory.resolve("small"), () -> false))
                .isTrue();
        return content;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 131071, 131072, 131073, 1000000})
    void whatIsCompressedIsReadWholeByTheUsualDecoder(int size) throws IOException {
        byte[] content = content(size);

        try (ZstdInputStream in = new ZstdInputStream(Files.newInputStream(directory.resolve("small")))) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        try (CompressedFile file = new CompressedFile(directory.resolve("small"))) {
            assertThat(file.size()).isEqualTo(size);
        }
    }

    @Test
    void anyPlaceIsReadWithoutWhatLiesBefore() throws IOException {
        byte[] content = content(700_000);
        Random random = new Random(1);

        try (CompressedFile file = new CompressedFile(directory.resolve("small"))) {
            SegmentFile.Block block = new SegmentFile.Block();
            for (int i = 0; i < 200; i++) {
                int from = random.nextInt(content.length);
                ByteBuffer into = ByteBuffer.allocate(random.nextInt(200_000));
                file.read(into, from, block);
                int end = Math.min(content.length, from + into.capacity());
                assertThat(Arrays.copyOf(into.array(), into.position()))
                        .isEqualTo(Arrays.copyOfRange(content, from, end));
            }
        }
    }

    @Test
    void whatIsDamagedOrForeignFailsInsteadOfGivingSomethingElse() throws IOException {
        content(700_000);
        byte[] bytes = Files.readAllBytes(directory.resolve("small"));
        bytes[70_000] ^= 0x55;
        Files.write(directory.resolve("damaged"), bytes);
        Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 3));
        Files.writeString(directory.resolve("foreign"), "this is no log");

        assertThatThrownBy(() -> new CompressedFile(directory.resolve("cut"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new CompressedFile(directory.resolve("foreign"))).isInstanceOf(IOException.class);
        try (CompressedFile file = new CompressedFile(directory.resolve("damaged"))) {
            byte[] plain = Files.readAllBytes(directory.resolve("plain"));
            ByteBuffer into = ByteBuffer.allocate(100_000);
            try {
                file.read(into, 0, new SegmentFile.Block());
                assertThat(into.array()).isNotEqualTo(Arrays.copyOf(plain, into.capacity()));
            } catch (IOException damage) {
                assertThat(damage).hasMessageContaining("damaged");
            }
        }
    }
}
