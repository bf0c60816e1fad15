package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images in the form that leaves, made once and kept. */
class ImagePublishingIT {
    @TempDir
    Path data;

    private static final TarBytes BASE =
            new TarBytes().directory("etc", 0755, 0, 0).file("etc/a", "one".repeat(5000));
    private static final TestImage LOWER = TestImage.of(BASE);
    private static final TestImage UPPER = TestImage.of(BASE, new TarBytes().file("b", "two"));

    private static void load(ImageEngine engine, byte[] archive) {
        engine.images().load(new ByteArrayInputStream(archive), "", LoadProgress.SILENT);
    }

    private List<String> blobs() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("blobs/sha256"))) {
            return files.map(file -> "sha256:" + file.getFileName()).sorted().toList();
        }
    }

    private static byte[] read(ImagePublishing publishing, String digest) throws IOException {
        try (InputStream in = Channels.newInputStream(publishing.open(digest))) {
            return in.readAllBytes();
        }
    }

    @Test
    void anImageWithAManifestLeavesAsItCame() throws IOException {
        try (ImageEngine engine = new ImageEngine(data)) {
            load(engine, UPPER.ociArchive("+zstd", "app"));
            List<String> before = blobs();
            PublishedImage published = engine.publishing().publish(UPPER.id());
            assertThat(Sha256.of(published.manifest()))
                    .isEqualTo(published.manifestDescriptor().digest());
            assertThat(engine.images().get("app").repoDigests())
                    .containsExactly("app@" + published.manifestDescriptor().digest());
            assertThat(published.config().digest()).isEqualTo(UPPER.id());
            assertThat(published.layers())
                    .extracting(BlobDescriptor::mediaType)
                    .containsOnly("application/vnd.oci.image.layer.v1.tar+zstd");
            assertThat(blobs()).isEqualTo(before);
        }
    }

    @Test
    void plainLayersAreCompressedOnceAndTheirBytesTakeThePlainOnesPlace() throws IOException {
        PublishedImage first;
        try (ImageEngine engine = new ImageEngine(data)) {
            load(engine, UPPER.dockerArchive("app"));
            load(engine, LOWER.dockerArchive("lower"));
            first = engine.publishing().publish(UPPER.id());
            for (int i = 0; i < 2; i++) {
                BlobDescriptor layer = first.layers().get(i);
                byte[] packed = read(engine.publishing(), layer.digest());
                assertThat(packed).hasSize((int) layer.sizeBytes());
                assertThat(Sha256.of(packed)).isEqualTo(layer.digest());
                assertThat(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes())
                        .isEqualTo(UPPER.layers().get(i));
            }
            assertThat(read(engine.publishing(), first.config().digest())).isEqualTo(UPPER.configFile());
            assertThat(blobs())
                    .contains(
                            first.layers().get(0).digest(),
                            first.manifestDescriptor().digest())
                    .doesNotContain(Sha256.of(UPPER.layers().get(0)))
                    .hasSize(5);
            assertThat(engine.images().get("app").repoDigests())
                    .containsExactly("app@" + first.manifestDescriptor().digest());
        }
        try (ImageEngine engine = new ImageEngine(data)) {
            assertThat(engine.publishing().publish(UPPER.id()).manifestDescriptor())
                    .isEqualTo(first.manifestDescriptor());
            PublishedImage lower = engine.publishing().publish(LOWER.id());
            assertThat(lower.layers()).containsExactly(first.layers().get(0));
            engine.images().remove("app", false);
            assertThat(read(engine.publishing(), lower.layers().get(0).digest()))
                    .isNotEmpty();
            engine.images().remove("lower", false);
            assertThat(blobs()).isEmpty();
        }
    }

    @Test
    void aPlainArchiveOfAnImageThatWasPublishedNeedsNoPlainBlobs() throws IOException {
        try (ImageEngine engine = new ImageEngine(data)) {
            load(engine, LOWER.dockerArchive("lower"));
            PublishedImage lower = engine.publishing().publish(LOWER.id());
            load(engine, LOWER.dockerArchive("lower"));
            load(engine, UPPER.dockerArchive("upper"));
            assertThat(blobs()).doesNotContain(Sha256.of(LOWER.layers().get(0))).hasSize(5);
            PublishedImage upper = engine.publishing().publish(UPPER.id());
            assertThat(upper.layers().get(0)).isEqualTo(lower.layers().get(0));
            assertThat(blobs()).hasSize(6);
        }
    }

    @Test
    void whatIsNotThereIsRefused() {
        try (ImageEngine engine = new ImageEngine(data)) {
            assertThatThrownBy(() -> engine.publishing().publish("sha256:" + "0".repeat(64)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageStartingWith("No such image: sha256:000");
            for (String digest : List.of("sha256:" + "0".repeat(64), "../../db", "")) {
                assertThatThrownBy(() -> engine.publishing().open(digest)).isInstanceOf(EngineException.class);
            }
        }
    }
}
