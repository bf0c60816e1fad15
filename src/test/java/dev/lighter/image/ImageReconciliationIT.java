package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine finds when it starts, and loads that meet each other. */
class ImageReconciliationIT {
    @TempDir
    Path data;

    private static final TarBytes BASE =
            new TarBytes().directory("etc", 0755, 0, 0).file("etc/a", "one");
    private static final TestImage LOWER = TestImage.of(BASE);
    private static final TestImage UPPER = TestImage.of(BASE, new TarBytes().file("b", "two"));

    private static void load(ImageEngine engine, byte[] archive) {
        engine.images().load(new ByteArrayInputStream(archive), "", LoadProgress.SILENT);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void imagesSurviveAndLeftoversDoNot() throws Exception {
        List<String> layers;
        List<String> blobs;
        try (ImageEngine engine = new ImageEngine(data)) {
            load(engine, LOWER.dockerArchive("lower"));
            load(engine, UPPER.dockerArchive("upper"));
            layers = names(data.resolve("layers"));
            blobs = names(data.resolve("blobs/sha256"));
            assertThat(layers).hasSize(2);
            assertThat(blobs).hasSize(4);
        }
        Files.createDirectories(data.resolve("incoming/halfway/deep/er"));
        Files.createDirectories(data.resolve("layers/orphan/etc"));
        Files.writeString(data.resolve("blobs/sha256/rubbish"), "x");

        try (ImageEngine engine = new ImageEngine(data)) {
            assertThat(engine.images().get("upper").id()).isEqualTo(UPPER.id());
            assertThat(engine.images().layerDirectories(UPPER.id())).allMatch(Files::isDirectory);
            assertThat(names(data.resolve("layers"))).isEqualTo(layers);
            assertThat(names(data.resolve("blobs/sha256"))).isEqualTo(blobs);
            for (int i = 0; i < 100 && !names(data.resolve("incoming")).isEmpty(); i++) {
                Thread.sleep(Duration.ofMillis(100).toMillis());
            }
            assertThat(names(data.resolve("incoming"))).isEmpty();
        }
    }

    @Test
    void imagesWithoutTheirBytesAreForgotten() throws IOException {
        Path top;
        try (ImageEngine engine = new ImageEngine(data)) {
            load(engine, LOWER.dockerArchive("lower"));
            load(engine, UPPER.dockerArchive("upper"));
            top = engine.images().layerDirectories(UPPER.id()).get(1);
        }
        Files.delete(top.resolve("b"));
        Files.delete(top);

        try (ImageEngine engine = new ImageEngine(data)) {
            assertThat(engine.images().list()).extracting(ImageDetails::id).containsExactly(LOWER.id());
            assertThatThrownBy(() -> engine.images().get("upper")).hasMessage("No such image: upper:latest");
            load(engine, UPPER.dockerArchive("upper"));
            assertThat(Files.readString(
                            engine.images().layerDirectories(UPPER.id()).get(1).resolve("b")))
                    .isEqualTo("two");
        }
    }

    @Test
    void sharedLayersStayUntilTheirLastImageGoes() throws IOException {
        try (ImageEngine engine = new ImageEngine(data)) {
            load(engine, LOWER.dockerArchive("lower"));
            load(engine, UPPER.dockerArchive("upper"));

            assertThat(engine.images().sharedBytes(UPPER.id())).isEqualTo(3);
            assertThat(engine.images().remove("lower", false))
                    .containsExactly(ImageRemoval.untagged("lower:latest"), ImageRemoval.deleted(LOWER.id()));
            assertThat(names(data.resolve("layers"))).hasSize(2);
            assertThat(engine.images().remove(UPPER.id().substring(7, 19), false))
                    .hasSize(4);
            assertThat(names(data.resolve("layers"))).isEmpty();
            assertThat(names(data.resolve("blobs/sha256"))).isEmpty();
        }
    }

    @Test
    void namesMoveAndImagesWithSeveralAreNotRemovedById() {
        try (ImageEngine engine = new ImageEngine(data)) {
            load(engine, LOWER.dockerArchive("app"));
            load(engine, UPPER.dockerArchive("app"));
            engine.images().tag(UPPER.id(), "registry.example.com/app", "1");

            assertThat(engine.images().get(LOWER.id()).repoTags()).isEmpty();
            assertThatThrownBy(() -> engine.images().remove(UPPER.id(), false))
                    .hasMessageStartingWith("conflict: unable to delete ")
                    .hasMessageEndingWith("(must be forced) - image is referenced in multiple repositories");
            assertThat(engine.images().remove("app", false)).containsExactly(ImageRemoval.untagged("app:latest"));
            assertThatThrownBy(() -> engine.images().tag("nosuch", "a", "")).hasMessage("No such image: nosuch:latest");
            assertThatThrownBy(() -> engine.images().tag(UPPER.id(), "Upper", ""))
                    .hasMessageStartingWith("invalid reference format");
        }
    }

    @Test
    void loadsOfTheSameImageAtTheSameTimeMakeOne() throws Exception {
        byte[] docker = UPPER.dockerArchive("docker");
        byte[] oci = UPPER.ociArchive("+gzip", "docker.io/library/oci:latest");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ImageEngine engine = new ImageEngine(data)) {
            List<Future<?>> loads = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                byte[] archive = i % 2 == 0 ? docker : oci;
                boolean remove = i % 5 == 4;
                loads.add(threads.submit(() -> {
                    load(engine, archive);
                    if (remove) {
                        removeIfThere(engine);
                    }
                }));
            }
            for (Future<?> load : loads) {
                load.get();
            }
            load(engine, docker);
            assertThat(names(data.resolve("layers"))).hasSize(2);
            assertThat(engine.images().list()).hasSize(1);
            assertThat(engine.images().layerDirectories(UPPER.id())).allMatch(Files::isDirectory);
            assertThat(names(data.resolve("incoming"))).isEmpty();
        } finally {
            threads.shutdown();
        }
    }

    private static void removeIfThere(ImageEngine engine) {
        try {
            engine.images().remove(UPPER.id(), true);
        } catch (EngineException e) {
            assertThat(e.kind()).isEqualTo(EngineException.Kind.NOT_FOUND);
        }
    }
}
