package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two images have in common and what not. */
class ImageComparisonIT {
    private static final TarBytes BASE = new TarBytes()
            .directory("etc/", 0755, 0, 0)
            .file("etc/motd", "hello")
            .file("etc/passwd", "root:x:0:0")
            .symlink("etc/link", "motd")
            .directory("usr/", 0755, 0, 0)
            .directory("usr/share/", 0755, 0, 0)
            .file("usr/share/one", "1")
            .file("usr/share/two", "22");

    @TempDir
    static Path data;

    private static ImageEngine engine;

    @BeforeAll
    static void start() {
        engine = new ImageEngine(data);
        load(TestImage.of(BASE), "base:1");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    private static void load(TestImage image, String name) {
        engine.images().load(new ByteArrayInputStream(image.dockerArchive(name)), "", LoadProgress.SILENT);
    }

    private static ImageComparison comparison() {
        return new ImageComparison(engine.catalog(), engine.images());
    }

    private static ImageChanges changes(String newer, String older) {
        return comparison().changes(newer, older, "", 100);
    }

    private static List<String> words(ImageChanges changes) {
        return changes.files().stream()
                .map(file -> file.kind() + " " + file.type() + " " + file.path() + " " + file.sizeBytesBefore() + "→"
                        + file.sizeBytes())
                .toList();
    }

    @Test
    void aLayerOnTopAddsChangesAndDeletes() {
        TarBytes top = new TarBytes()
                .file("etc/motd", "hello, world")
                .file("etc/.wh.passwd", "")
                .directory("srv/", 0755, 0, 0)
                .file("srv/new", "new");
        load(TestImage.of(BASE, top), "base:2");

        ImageChanges changes = changes("base:2", "base:1");

        assertThat(words(changes))
                .containsExactly(
                        "MODIFIED FILE /etc/motd 5→12",
                        "DELETED FILE /etc/passwd 10→0",
                        "ADDED DIRECTORY /srv 0→0",
                        "ADDED FILE /srv/new 0→3");
        assertThat(changes.added()).isEqualTo(new ImageChanges.Sum(2, 3));
        assertThat(changes.modified()).isEqualTo(new ImageChanges.Sum(1, 7));
        assertThat(changes.deleted()).isEqualTo(new ImageChanges.Sum(1, 10));
        assertThat(words(changes("base:1", "base:2")))
                .contains("ADDED FILE /etc/passwd 0→10", "DELETED FILE /srv/new 3→0");
    }

    @Test
    void anOpaqueDirectoryHidesWhatIsBelow() {
        TarBytes top = new TarBytes()
                .directory("usr/", 0755, 0, 0)
                .directory("usr/share/", 0755, 0, 0)
                .file("usr/share/.wh..wh..opq", "")
                .file("usr/share/two", "22");
        load(TestImage.of(BASE, top), "opaque:1");

        assertThat(words(changes("opaque:1", "base:1"))).containsExactly("DELETED FILE /usr/share/one 1→0");
    }

    @Test
    void aFileInThePlaceOfADirectoryTakesWhatWasInItAway() {
        load(TestImage.of(BASE, new TarBytes().file("usr/share", "a file")), "kinds:1");

        assertThat(words(changes("kinds:1", "base:1")))
                .containsExactly(
                        "MODIFIED FILE /usr/share 0→6",
                        "DELETED FILE /usr/share/one 1→0",
                        "DELETED FILE /usr/share/two 2→0");
    }

    @Test
    void theSameFilesInAnotherLayerAreTheSame() {
        load(TestImage.of(BASE, new TarBytes().directory("etc/", 0755, 0, 0).file("etc/motd", "hello")), "same:1");
        load(TestImage.of(BASE, new TarBytes().file("etc/motd", "HELLO").symlink("etc/link", "gone")), "same:2");

        assertThat(words(changes("same:1", "base:1"))).isEmpty();
        assertThat(words(changes("same:2", "base:1")))
                .containsExactly("MODIFIED LINK /etc/link 0→0", "MODIFIED FILE /etc/motd 5→5");
    }

    @Test
    void aDirectoryIsOnlyAnotherWhenItsOwnerOrItsPermissionsAre() {
        load(TestImage.of(BASE, new TarBytes().directory("etc/", 0700, 0, 0)), "mode:1");
        load(TestImage.of(BASE, new TarBytes().directory("etc/", 0755, 7, 0)), "mode:2");

        assertThat(words(changes("mode:1", "base:1"))).containsExactly("MODIFIED DIRECTORY /etc 0→0");
        assertThat(words(changes("mode:2", "base:1"))).containsExactly("MODIFIED DIRECTORY /etc 0→0");
    }

    @Test
    void pagesTogetherAreEverythingAndEachHasAllTheSums() {
        TarBytes many = new TarBytes()
                .directory("a/", 0755, 0, 0)
                .file("a-b", "x")
                .file("a/c", "x")
                .file("a/d", "x");
        load(TestImage.of(BASE, many), "pages:1");
        List<String> paths = new ArrayList<>();
        String after = "";
        ImageChanges page;
        do {
            page = comparison().changes("pages:1", "base:1", after, 1);
            assertThat(page.added().count()).isEqualTo(4);
            assertThat(page.files()).hasSize(1);
            after = page.files().get(0).path();
            paths.add(after);
        } while (page.more());

        assertThat(paths).containsExactly("/a", "/a/c", "/a/d", "/a-b");
        assertThat(comparison().changes("pages:1", "base:1", after, 1).files()).isEmpty();
    }

    @Test
    void anImageIsAsItself() {
        ImageChanges changes = changes("base:1", "base:1");
        assertThat(changes.files()).isEmpty();
        assertThat(changes.settings()).isEmpty();
        assertThat(changes.more()).isFalse();
    }

    @Test
    void anImageThatIsNotHereIsNotFound() {
        assertThatThrownBy(() -> changes("base:1", "nothing:1"))
                .isInstanceOf(EngineException.class)
                .hasMessage("No such image: nothing:1");
    }

    @Test
    void configurationsAreComparedSettingBySetting() {
        TestImage image = TestImage.of(BASE);
        load(
                image.configured(Map.of(
                        "Env", List.of("A=1", "B=2"), "User", "app", "ExposedPorts", Map.of("80/tcp", Map.of()))),
                "set:1");
        load(
                image.configured(Map.of(
                        "Env", List.of("A=1", "B=3=4"), "Cmd", List.of("run", "it"), "Labels", Map.of("x", "y"))),
                "set:2");

        assertThat(changes("set:2", "set:1").settings())
                .containsExactly(
                        new ImageSettingChange("cmd", "", null, "[\"run\",\"it\"]"),
                        new ImageSettingChange("env", "B", "2", "3=4"),
                        new ImageSettingChange("exposedPorts", "80/tcp", "", null),
                        new ImageSettingChange("labels", "x", null, "y"),
                        new ImageSettingChange("user", "", "app", null));
    }

    @Test
    void layersTellWhoElseHasThem() {
        TarBytes own = new TarBytes().file("own", "12345");
        load(TestImage.of(BASE, own), "layered:1");
        List<ImageLayer> layers = comparison().layers("layered:1");

        assertThat(layers).hasSize(2);
        assertThat(layers.get(0).sharedWith())
                .contains(engine.images().get("base:1").id());
        assertThat(layers.get(1).sharedWith()).isEmpty();
        assertThat(layers.get(1).sizeBytes()).isEqualTo(5);
        assertThat(layers.get(1).diffId()).isEqualTo(Sha256.of(own.bytes()));
        assertThat(comparison()
                        .layersOfAll()
                        .get(engine.images().get("layered:1").id()))
                .isEqualTo(layers);
    }
}
