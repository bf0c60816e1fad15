package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.kernel.IdRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are made of directories, and what is left when that is interrupted. Needs root. */
class ImageAssemblyIT {
    private static final ImageConfig CONFIG = new ImageConfig(
            List.of("A=b"),
            List.of("/bin/sh"),
            List.of(),
            "",
            "",
            Map.of("made", "here"),
            "",
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of());

    @TempDir
    Path here;

    private ImageEngine engine;

    @BeforeEach
    void begin() {
        engine = new ImageEngine(here.resolve("data"));
    }

    @AfterEach
    void end() {
        engine.close();
    }

    private void restart() {
        engine.close();
        engine = new ImageEngine(here.resolve("data"));
    }

    private static NewImage image(@Nullable String parent, @Nullable WrittenLayer layer, String... names) {
        return new NewImage(
                parent,
                layer,
                CONFIG,
                new HistoryEntry(Instant.ofEpochSecond(1_000_000_000), "a test", "somebody", "", false),
                List.of(names).stream()
                        .map(name -> ImageReference.parse(name).orLatest())
                        .toList());
    }

    private WrittenLayer written(String name, int bytes, boolean taken) throws IOException {
        Path directory = Files.createDirectories(here.resolve("data/written").resolve(name));
        Files.write(directory.resolve("file-of-" + name), new byte[bytes]);
        return new WrittenLayer(directory, taken, IdRange.SAME);
    }

    @Test
    void aSmallLayerHasTheDigestOfItsArchiveAtOnce() throws Exception {
        ImageDetails made = engine.assembly().make(image(null, written("one", 1000, true), "test/one"));
        assertThat(here.resolve("data/written/one")).doesNotExist();
        Path layer = engine.images().layerDirectories(made.id()).get(0);
        assertThat(layer.resolve("file-of-one")).hasSize(1000);
        assertThat(made.diffIds()).containsExactly(NewLayer.digest(layer));
        assertThat(made.config().labels()).containsEntry("made", "here");
        assertThat(made.history()).singleElement().satisfies(step -> {
            assertThat(step.createdBy()).isEqualTo("a test");
            assertThat(step.emptyLayer()).isFalse();
        });
        assertThat(engine.images().get("test/one").id()).isEqualTo(made.id());
        restart();
        assertThat(engine.images().get("test/one")).isEqualTo(made);
    }

    @Test
    void aLargeLayersDigestComesLaterAndTheImagesIdStays() throws Exception {
        ImageDetails made = engine.assembly().make(image(null, written("large", 20_000_000, true), "test/large"));
        ImageDetails child = engine.assembly().make(image(made.id(), written("small", 10, true)));
        engine.assembly().awaitSettled(child.id());
        Path layer = engine.images().layerDirectories(made.id()).get(0);
        String digest = NewLayer.digest(layer);
        assertThat(engine.images().get(made.id()).diffIds()).containsExactly(digest);
        restart();
        ImageIndex.Entry entry = Objects.requireNonNull(engine.catalog().index().byId(child.id()));
        assertThat(entry.details().diffIds()).hasSize(2).startsWith(digest);
        assertThat(entry.file().diffIds()).doesNotContain(digest);
        String published = Sha256.of(PublishedConfig.of(entry));
        assertThat(published).isNotEqualTo(child.id()).isEqualTo(entry.stored().publishedId());
        assertThat(engine.images().get(published).id()).isEqualTo(child.id());
        assertThat(engine.images().get(published.substring(7, 22)).id()).isEqualTo(child.id());
        engine.images().remove(published.substring(7, 22), true);
        assertThat(engine.catalog().index().byId(child.id())).isNull();
    }

    @Test
    void whatIsCopiedStaysWhereItWas() throws Exception {
        WrittenLayer written = written("copied", 1000, false);
        ImageDetails made = engine.assembly().make(image(null, written));
        assertThat(written.directory().resolve("file-of-copied")).hasSize(1000);
        assertThat(engine.images().layerDirectories(made.id()).get(0).resolve("file-of-copied"))
                .hasSize(1000);
        ImageDetails again = engine.assembly().make(image(null, written, "test/again"));
        assertThat(again.id()).isEqualTo(made.id());
        assertThat(engine.directories().layerNames()).hasSize(1);
        ImageDetails other = engine.assembly().make(image(made.id(), written));
        assertThat(other.diffIds()).hasSize(2);
        assertThat(engine.directories().layerNames()).hasSize(1);
    }

    @Test
    void anEmptyDirectoryAddsNoLayer() throws Exception {
        ImageDetails below = engine.assembly().make(image(null, written("below", 10, true)));
        Path empty = Files.createDirectories(here.resolve("data/written/empty"));
        ImageDetails made = engine.assembly().make(image(below.id(), new WrittenLayer(empty, true, IdRange.SAME)));
        assertThat(made.diffIds()).isEqualTo(below.diffIds());
        assertThat(made.history()).extracting(HistoryEntry::emptyLayer).containsExactly(false, true);
        assertThat(made.parentId()).isEqualTo(below.id());
    }

    @Test
    void whatCannotBeRecordedIsPutBack() throws Exception {
        WrittenLayer written = written("refused", 1000, true);
        assertThatThrownBy(() -> engine.assembly().make(image(null, written, "test/refused"), id -> {
                    throw new IllegalStateException("not today");
                }))
                .hasMessageContaining("not today");
        assertThat(written.directory().resolve("file-of-refused")).hasSize(1000);
        assertThat(engine.images().list()).isEmpty();
        assertThat(engine.directories().layerNames()).isEmpty();
        assertThat(engine.directories().blobNames()).isEmpty();
        assertThat(engine.store().takings()).isEmpty();
    }

    @Test
    void anEngineThatEndsHalfwayLeavesTheDirectoryWhereItWas() throws Exception {
        IdRange ids = new IdRange(0x2000_0000, 65536);
        Path directory = Files.createDirectories(here.resolve("data/written/half"));
        Files.writeString(directory.resolve("file"), "kept");
        Files.setAttribute(directory.resolve("file"), "unix:uid", 0x2000_0000 + 7);
        WrittenLayer written = new WrittenLayer(directory, true, ids);
        // The engine ends where it would record the image: nothing of this object is closed.
        NewLayer halfway = NewLayer.of(written, engine.directories(), engine.store());
        assertThat(directory).doesNotExist();
        Path layer = engine.directories().layer(Objects.requireNonNull(halfway.taken()));
        assertThat(Files.getAttribute(layer.resolve("file"), "unix:uid")).isEqualTo(7);
        restart();
        assertThat(directory.resolve("file")).hasContent("kept");
        assertThat(Files.getAttribute(directory.resolve("file"), "unix:uid")).isEqualTo(0x2000_0000 + 7);
        assertThat(layer).doesNotExist();
        assertThat(engine.store().takings()).isEmpty();
    }

    @Test
    void fieldsOfTheParentThatNobodyHereKnowsStay() throws Exception {
        ImageDetails below = engine.assembly().make(image(null, written("below", 10, true)));
        String parent = Objects.requireNonNull(engine.catalog().index().byId(below.id()))
                .stored()
                .config();
        String more = parent.replaceFirst("\"config\":\\{", "\"os.version\":\"7\",\"config\":{\"ArgsEscaped\":true,");
        String made = ImageConfigWriter.write(more, "amd64", image(below.id(), null), below.diffIds(), false);
        assertThat(made).contains("\"ArgsEscaped\":true", "\"os.version\":\"7\"", "\"empty_layer\":true");
    }
}
