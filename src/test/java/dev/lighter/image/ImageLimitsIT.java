package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that ask for more than there is or may be. */
class ImageLimitsIT {
    @TempDir
    Path directory;

    private static void load(ImageEngine engine, byte[] archive) {
        engine.images().load(new ByteArrayInputStream(archive), "", LoadProgress.SILENT);
    }

    private static long entries(Path data) throws IOException {
        long count = 0;
        for (String part : new String[] {"blobs/sha256", "layers", "incoming"}) {
            try (Stream<Path> files = Files.list(data.resolve(part))) {
                count += files.count();
            }
        }
        return count;
    }

    private static void assertRefused(ImageEngine engine, Path data, byte[] archive, String words) throws IOException {
        assertThatThrownBy(() -> load(engine, archive))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(EngineException.Kind.INVALID))
                .hasMessageContaining(words);
        assertThat(entries(data)).isZero();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatExpandsTooMuchIsRefusedInsideAndOutside() throws IOException {
        byte[] zeros = new byte[8 << 20];
        TestImage image = TestImage.of(new TarBytes().file("zeros", zeros));
        try (ImageEngine engine = new ImageEngine(directory, "lighter.images.expansion-from-bytes=1000000")) {
            assertRefused(engine, directory, image.ociArchive("+gzip", "bomb"), "expands to more than 200 times");
            assertRefused(engine, directory, image.ociArchive("+zstd", "bomb"), "expands to more than 200 times");
            assertRefused(
                    engine, directory, TestImage.gzip(image.dockerArchive("bomb")), "expands to more than 200 times");
            load(engine, image.dockerArchive("plain"));
            Path file = engine.images().layerDirectories(image.id()).get(0).resolve("zeros");
            assertThat(Files.size(file)).isEqualTo(zeros.length);
            assertThat(Files.mismatch(file, Files.write(directory.resolve("same"), zeros)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void moreFilesOrBytesThanAllowedAreRefused() throws IOException {
        TarBytes many = new TarBytes();
        for (int i = 0; i < 1001; i++) {
            many.file("f" + i, "");
        }
        TestImage files = TestImage.of(many);
        TestImage bytes = TestImage.of(new TarBytes().file("a", random(3_000_000)));
        try (ImageEngine engine =
                new ImageEngine(directory, "lighter.images.most-files=1000", "lighter.images.most-bytes=5000000")) {
            assertRefused(engine, directory, files.dockerArchive("many"), "more than 1000 files");
            assertRefused(engine, directory, bytes.dockerArchive("large"), "more than 5000000 bytes");
        }
    }

    @Test
    void aFullDiskIsToldAndTheEngineGoesOn() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=40m", "lighter-test", disk.toString());
        try {
            TestImage large = TestImage.of(new TarBytes().file("a", random(30_000_000)));
            TestImage small = TestImage.of(new TarBytes().file("a", random(100_000)));
            try (ImageEngine engine = new ImageEngine(disk)) {
                for (int i = 0; i < 3; i++) {
                    assertThatThrownBy(() -> load(engine, large.dockerArchive("large")))
                            .isInstanceOfSatisfying(
                                    EngineException.class,
                                    failure -> assertThat(failure.kind()).isEqualTo(EngineException.Kind.INTERNAL))
                            .hasMessageStartingWith("no space left on device");
                    assertThat(entries(disk)).isZero();
                }
                load(engine, small.dockerArchive("small"));
                assertThat(engine.images().get("small").id()).isEqualTo(small.id());
            }
            try (ImageEngine engine = new ImageEngine(disk)) {
                assertThat(engine.images().get("small").id()).isEqualTo(small.id());
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    }
}
