package dev.lighter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of every kind, loaded onto a real file system. */
class ImageLoadIT {
    @TempDir
    static Path data;

    private static ImageEngine engine;

    @BeforeAll
    static void start() {
        engine = new ImageEngine(data);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    /** Every test ends with an empty store, whatever it loaded or failed to load. */
    @AfterEach
    void nothingIsLeft() throws IOException {
        engine.images().list().forEach(image -> engine.images().remove(image.id(), true));
        assertThat(bytes()).isEmpty();
    }

    private static List<Path> bytes() throws IOException {
        try (Stream<Path> files = Stream.of("blobs/sha256", "layers", "incoming")
                .map(data::resolve)
                .flatMap(ImageLoadIT::entries)) {
            return files.toList();
        }
    }

    private static Stream<Path> entries(Path directory) {
        try {
            return Files.list(directory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<LoadedImage> load(byte[] archive) {
        return engine.images().load(new ByteArrayInputStream(archive), "", LoadProgress.SILENT);
    }

    private static Path layer(TestImage image, int index) {
        return engine.images().layerDirectories(image.id()).get(index);
    }

    private static void assertRefused(byte[] archive, String... words) throws IOException {
        assertThatThrownBy(() -> load(archive))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(EngineException.Kind.INVALID))
                .message()
                .contains(words);
        assertThat(bytes()).isEmpty();
        assertThat(engine.images().count()).isZero();
    }

    private static TestImage image(TarBytes... layers) {
        return TestImage.of(layers);
    }

    private static Object unix(Path file, String attribute) throws IOException {
        return Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void aDockerArchiveBringsItsNamesAndFiles() throws IOException {
        TestImage image = image(new TarBytes().directory("etc", 0755, 0, 0).file("etc/a", "one"));

        assertThat(load(image.dockerArchive("app:1.0", "registry.example.com:5000/team/app")))
                .containsExactly(
                        new LoadedImage("app:1.0", image.id()),
                        new LoadedImage("registry.example.com:5000/team/app:latest", image.id()));
        assertThat(Files.readString(layer(image, 0).resolve("etc/a"))).isEqualTo("one");
        ImageDetails details = engine.images().get("app:1.0");
        assertThat(details.sizeBytes()).isEqualTo(3);
        assertThat(details.config().cmd()).containsExactly("/bin/true");
        assertThat(engine.images().get(image.id().substring(7, 15)).id()).isEqualTo(image.id());
        assertThat(engine.images().get(image.id()).id()).isEqualTo(image.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+gzip", "+zstd"})
    void anOciLayoutIsLoadedWhateverItsCompression(String compression) throws IOException {
        TestImage image = image(new TarBytes().file("a", "one"), new TarBytes().file("b", "two".repeat(300_000)));

        assertThat(load(image.ociArchive(compression, "docker.io/library/app:2")))
                .containsExactly(new LoadedImage("app:2", image.id()));
        assertThat(Files.readString(layer(image, 1).resolve("b"))).hasSize(900_000);
        String digest = engine.images().get("app:2").repoDigests().get(0);
        assertThat(digest).startsWith("app@sha256:");
        assertThat(engine.images().get(digest).id()).isEqualTo(image.id());
    }

    @Test
    void anArchiveWithoutNamesIsLoadedByIdAndTwiceIsTheSame() {
        TestImage image = image(new TarBytes().file("a", "one"));
        byte[] archive = image.ociArchive("+gzip", "");

        assertThat(load(archive)).containsExactly(new LoadedImage("", image.id()));
        assertThat(load(TestImage.gzip(archive))).containsExactly(new LoadedImage("", image.id()));
        assertThat(engine.images().count()).isOne();
    }

    @Test
    void theImageForThisMachineIsChosenThroughNestedIndexes() {
        TestImage here = image(new TarBytes().file("a", "here"));
        TestImage there = here.on("s390x");
        TarBytes layout = new TarBytes();
        Map<String, Object> inner =
                TestImage.addIndex(layout, List.of(there.addTo(layout, ""), here.addTo(layout, "")));
        Map<String, Object> outer = TestImage.addIndex(layout, List.of(inner));
        outer.put("annotations", Map.of("org.opencontainers.image.ref.name", "app:3"));
        byte[] archive =
                layout.file("index.json", TestImage.index(List.of(outer))).bytes();

        assertThat(load(archive)).containsExactly(new LoadedImage("app:3", here.id()));
        assertThat(engine.images()
                        .load(
                                new ByteArrayInputStream(archive),
                                "{\"os\":\"linux\",\"architecture\":\"s390x\"}",
                                LoadProgress.SILENT))
                .containsExactly(new LoadedImage("app:3", there.id()));
    }

    @Test
    void aHybridArchiveKeepsItsManifestsDigest() {
        TestImage image = image(new TarBytes().file("a", "one"));
        TarBytes layout = new TarBytes();
        Map<String, Object> descriptor = image.addTo(layout, "");
        layout.file("index.json", TestImage.index(List.of(descriptor)));
        layout.file(
                "manifest.json",
                TestImage.json(List.of(Map.of(
                        "Config", "blobs/sha256/" + Sha256.hex(image.id()),
                        "RepoTags", List.of("app:4"),
                        "Layers",
                                List.of("blobs/sha256/"
                                        + Sha256.hex(Sha256.of(image.layers().get(0))))))));

        assertThat(load(layout.bytes())).containsExactly(new LoadedImage("app:4", image.id()));
        assertThat(engine.images().get("app:4").repoDigests()).containsExactly("app@" + descriptor.get("digest"));
    }

    @Test
    void whiteoutsAndOpaqueDirectoriesBecomeOverlays() throws IOException {
        TestImage image = image(new TarBytes()
                .file("etc/.wh.gone", "")
                .directory("opaque", 0755, 0, 0)
                .file("opaque/.wh..wh..opq", "")
                .file("opaque/new", "n")
                .file("etc/.wh.replaced", "")
                .directory("etc/replaced", 0755, 0, 0));
        load(image.dockerArchive("app"));

        Path root = layer(image, 0);
        assertThat((Integer) unix(root.resolve("etc/gone"), "mode") & 0170000).isEqualTo(0020000);
        assertThat(unix(root.resolve("etc/gone"), "rdev")).isEqualTo(0L);
        assertThat(xattr(root, "opaque", "trusted.overlay.opaque")).isEqualTo("y");
        assertThat(xattr(root.resolve("etc"), "replaced", "trusted.overlay.opaque"))
                .isEqualTo("y");
        assertThat(root.resolve("opaque/.wh..wh..opq")).doesNotExist();
    }

    private static String xattr(Path directory, String file, String name) throws IOException {
        try (Fd parent = Fd.open(directory, Fd.O_PATH, 0)) {
            byte[] value = Xattrs.get(parent, file.getBytes(StandardCharsets.UTF_8), name, 256);
            return value == null ? "" : new String(value, StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void ownersModesDevicesLinksAndCapabilitiesAreKept() throws IOException {
        String capability = "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        TestImage image = image(new TarBytes()
                .file(
                        "bin/su",
                        04755,
                        7,
                        8,
                        Map.of("security.capability", capability, "trusted.overlay.redirect", "/x"))
                .hardLink("bin/also", "bin/su")
                .symlink("link", "/etc/passwd")
                .device("dev/null", TarConstants.LF_CHR, 1, 3)
                .device("dev/sda", TarConstants.LF_BLK, 8, 300)
                .device("dev/pipe", TarConstants.LF_FIFO, 0, 0)
                .directory("sticky", 01777, 100_000, 3));
        load(image.dockerArchive("app"));

        Path root = layer(image, 0);
        assertThat(unix(root.resolve("bin/su"), "mode")).isEqualTo(0104755);
        assertThat(unix(root.resolve("bin/su"), "uid")).isEqualTo(7);
        assertThat(unix(root.resolve("bin/su"), "gid")).isEqualTo(8);
        assertThat(unix(root.resolve("bin/also"), "ino")).isEqualTo(unix(root.resolve("bin/su"), "ino"));
        assertThat(xattr(root.resolve("bin"), "su", "security.capability")).isEqualTo(capability);
        assertThat(xattr(root.resolve("bin"), "su", "trusted.overlay.redirect")).isEmpty();
        assertThat(Files.readSymbolicLink(root.resolve("link"))).isEqualTo(Path.of("/etc/passwd"));
        assertThat(unix(root.resolve("dev/null"), "rdev")).isEqualTo(0x103L);
        assertThat(unix(root.resolve("dev/sda"), "rdev")).isEqualTo(0x10082cL);
        assertThat((Integer) unix(root.resolve("dev/pipe"), "mode") & 0170000).isEqualTo(0010000);
        assertThat(unix(root.resolve("sticky"), "mode")).isEqualTo(0041777);
        assertThat(unix(root.resolve("sticky"), "uid")).isEqualTo(100_000);
        assertThat(Files.getLastModifiedTime(root.resolve("sticky")).toMillis()).isEqualTo(1_500_000_000_000L);
        assertThat(Files.getLastModifiedTime(root.resolve("bin/su")).toMillis()).isEqualTo(1_500_000_000_000L);
    }

    @Test
    void impliedDirectoriesLookAsThoseBelow() throws IOException {
        TarBytes top = new TarBytes().file("srv/data/x", "x");
        TestImage one = image(new TarBytes().directory("srv", 0750, 5, 6).directory("srv/data", 0700, 7, 8), top);
        TestImage other = image(new TarBytes().directory("srv", 0711, 1, 2).directory("srv/data", 01777, 3, 4), top);
        TestImage alone = image(top);
        load(one.dockerArchive("one"));
        load(other.dockerArchive("other"));
        load(alone.dockerArchive("alone"));

        assertThat(unix(layer(one, 1).resolve("srv"), "mode")).isEqualTo(0040750);
        assertThat(unix(layer(one, 1).resolve("srv/data"), "uid")).isEqualTo(7);
        assertThat(unix(layer(other, 1).resolve("srv"), "mode")).isEqualTo(0040711);
        assertThat(unix(layer(other, 1).resolve("srv/data"), "mode")).isEqualTo(0041777);
        assertThat(unix(layer(alone, 0).resolve("srv/data"), "mode")).isEqualTo(0040755);
        assertThat(Files.readString(layer(other, 1).resolve("srv/data/x"))).isEqualTo("x");
    }

    @Test
    void linksNeverLeadOut() throws IOException {
        Path victim = Files.createDirectory(data.resolve("victim"));
        TestImage image = image(new TarBytes()
                .symlink("out", victim.toString())
                .file("out/a", "evil")
                .symlink("up", "../../../../../../../..")
                .file("up" + victim + "/b", "evil")
                .symlink("file", victim + "/c")
                .file("file", "contained")
                .file("/absolute", "contained")
                .symlink("loop", "loop2")
                .symlink("loop2", "elsewhere/../loop3"));
        load(image.dockerArchive("app"));

        assertThat(Files.list(victim)).isEmpty();
        Path root = layer(image, 0);
        assertThat(Files.readString(root.resolve(victim.toString().substring(1)).resolve("a")))
                .isEqualTo("evil");
        assertThat(Files.readString(root.resolve(victim.toString().substring(1)).resolve("b")))
                .isEqualTo("evil");
        assertThat(Files.readString(root.resolve("file"))).isEqualTo("contained");
        assertThat(root.resolve("absolute")).exists();
        Files.delete(victim);
    }

    @Test
    void laterEntriesReplaceEarlierOnes() throws IOException {
        TestImage image = image(new TarBytes()
                .file("a/b/c", "deep")
                .file("a", "flat")
                .file("x", "file")
                .directory("x", 0755, 0, 0)
                .file("x/y", "below")
                .symlink("d", "/nowhere")
                .directory("d", 0700, 0, 0));
        load(image.dockerArchive("app"));

        Path root = layer(image, 0);
        assertThat(Files.readString(root.resolve("a"))).isEqualTo("flat");
        assertThat(Files.readString(root.resolve("x/y"))).isEqualTo("below");
        assertThat(Files.isDirectory(root.resolve("d"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "./../evil", "/../evil"})
    void namesThatClimbOutAreRefused(String name) throws IOException {
        assertRefused(image(new TarBytes().file(name, "evil")).dockerArchive("app"), "leads out");
    }

    @Test
    void hardLinksOutOfTheLayerAreRefused() throws IOException {
        assertRefused(image(new TarBytes().hardLink("a", "/etc/passwd")).dockerArchive("app"), "hard link");
        assertRefused(image(new TarBytes().hardLink("a", "../../etc/passwd")).dockerArchive("app"), "leads out");
        assertRefused(
                image(new TarBytes().symlink("there", "/elsewhere").hardLink("a", "there/passwd"))
                        .dockerArchive("app"),
                "no file of the layer");
    }

    @Test
    void brokenArchivesAreRefused() throws IOException {
        TestImage image = image(new TarBytes().file("a", "x".repeat(100_000)), new TarBytes().file("b", "y"));
        byte[] whole = image.dockerArchive("app");

        assertRefused(new byte[0], "not a tar archive");
        assertRefused("hello".repeat(1000).getBytes(StandardCharsets.UTF_8), "not a tar archive");
        assertRefused(new TarBytes().file("a", "b").bytes(), "manifest.json");
        for (int length : new int[] {600, 50_000, 104_000}) {
            assertRefused(Arrays.copyOf(whole, length), "truncated");
        }
        assertRefused(Arrays.copyOf(TestImage.gzip(whole), 300), "cannot be loaded");
        byte[] changed = whole.clone();
        changed[2048] ^= 1;
        assertRefused(changed, "does not match");
    }

    @Test
    void blobsThatAreNotWhatTheyAreNamedAreRefused() throws IOException {
        TestImage image = image(new TarBytes().file("a", "x".repeat(2000)));
        byte[] archive = image.ociArchive("", "app");
        int at = indexOf(archive, "x".repeat(2000).getBytes(StandardCharsets.UTF_8));
        archive[at]++;

        assertRefused(archive, "does not match");
        assertRefused(
                new TarBytes()
                        .file("manifest.json", "[{\"Config\":\"../../etc/passwd\",\"Layers\":[]}]")
                        .bytes(),
                "no configuration");
        assertRefused(new TarBytes().file("manifest.json", "{\"a\":").bytes(), "not JSON");
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i < bytes.length - part.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }
}
