package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images that leave as archives and come back, by the docker command line and by other people's tools. */
@ExtendWith(EngineExtension.class)
class ImageArchiveClientIT {
    private static final JsonMapper JSON = new JsonMapper();

    private final Engine engine;
    private final String mark = "arc-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    Path directory;

    ImageArchiveClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        for (var container : engine.get("/containers/json?all=1").json()) {
            if (container.path("Names").path(0).asString().startsWith("/" + mark)) {
                engine.delete("/containers/" + container.path("Id").asString() + "?force=1");
            }
        }
        for (var image : engine.get("/images/json?all=1").json()) {
            boolean ours = image.path("Labels").path("mark").asString("").equals(mark);
            for (var name : image.path("RepoTags")) {
                if (ours || name.asString().startsWith(mark)) {
                    engine.delete("/images/" + name.asString() + "?force=1");
                }
            }
            if (ours) {
                engine.delete("/images/" + image.path("Id").asString() + "?force=1");
            }
        }
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private TestImage image(String content) {
        return TestImage.of(
                        new TarBytes().directory("etc", 0755, 0, 0).file("etc/mark", mark.repeat(300)),
                        new TarBytes().file("own", content))
                .labelled("mark", mark);
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("a" + UUID.randomUUID() + ".tar"), bytes);
    }

    private String load(byte[] archive, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("load", "-q", "-i", file(archive).toString()));
        arguments.addAll(List.of(options));
        return docker(arguments.toArray(String[]::new));
    }

    private Path save(String... names) throws Exception {
        Path archive = directory.resolve("saved" + UUID.randomUUID() + ".tar");
        List<String> arguments = new ArrayList<>(List.of("save", "-o", archive.toString()));
        arguments.addAll(List.of(names));
        docker(arguments.toArray(String[]::new));
        return archive;
    }

    private static Map<String, byte[]> entries(Path archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    assertThat(entries.put(entry.getName(), tar.readAllBytes()))
                            .as(entry.getName() + " twice")
                            .isNull();
                }
            }
        }
        return entries;
    }

    private static JsonNode json(Map<String, byte[]> entries, String name) {
        return JSON.readTree(entries.get(name));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private String digestOf(String name) throws Exception {
        return docker("image", "inspect", "-f", "{{index .RepoDigests 0}}", name)
                .replaceFirst(".*@", "");
    }

    @Test
    void aSavedImageIsAnOciLayoutAndAnArchiveOfDockersInOne() throws Exception {
        TestImage image = image("one");
        load(image.dockerArchive(mark + ":1"));
        Map<String, byte[]> entries = entries(save(mark + ":1"));
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            if (entry.getKey().startsWith("blobs/sha256/")) {
                assertThat(entry.getKey()).endsWith(sha256(entry.getValue()));
            }
        }
        assertThat(new String(entries.get("oci-layout"), StandardCharsets.UTF_8))
                .isEqualTo("{\"imageLayoutVersion\":\"1.0.0\"}");
        JsonNode descriptor = json(entries, "index.json").path("manifests").path(0);
        assertThat(descriptor
                        .path("annotations")
                        .path("io.containerd.image.name")
                        .asString())
                .isEqualTo("docker.io/library/" + mark + ":1");
        JsonNode docker = json(entries, "manifest.json").path(0);
        assertThat(docker.path("RepoTags").path(0).asString()).isEqualTo(mark + ":1");
        assertThat(entries.get(docker.path("Config").asString())).isEqualTo(image.configFile());
        assertThat(json(entries, "repositories").path(mark).has("1")).isTrue();
        String manifest = "blobs/" + descriptor.path("digest").asString().replace(':', '/');
        assertThat(json(entries, manifest).path("layers")).hasSize(2);
    }

    @Test
    void theManifestOfAnImageThatCameWithOneStaysByteForByte() throws Exception {
        TestImage image = image("oci");
        Path came = file(image.ociArchive("+gzip", mark + ":1"));
        docker("load", "-q", "-i", came.toString());
        Map<String, byte[]> before = entries(came);
        Map<String, byte[]> after = entries(save(mark + ":1"));
        before.forEach((name, bytes) -> {
            if (name.startsWith("blobs/")) {
                assertThat(after.get(name)).as(name).isEqualTo(bytes);
            }
        });
    }

    @Test
    void whatWasSavedAndRemovedComesBackWithTheSameIdAndDigest() throws Exception {
        TestImage image = image("back");
        load(image.dockerArchive(mark + ":1"));
        Path archive = save(mark + ":1");
        String digest = digestOf(mark + ":1");
        docker("rmi", mark + ":1");
        assertThat(docker("load", "-q", "-i", archive.toString())).isEqualTo("Loaded image: " + mark + ":1");
        assertThat(docker("image", "inspect", "-f", "{{.Id}}", mark + ":1")).isEqualTo(image.id());
        assertThat(digestOf(mark + ":1")).isEqualTo(digest);
        assertThat(Files.mismatch(save(mark + ":1"), archive)).isEqualTo(-1);
    }

    @Test
    void severalImagesShareTheirLayersInTheArchive() throws Exception {
        load(image("a").dockerArchive(mark + ":a"));
        load(image("b").dockerArchive(mark + ":b"));
        Path archive = save(mark + ":a", mark + ":b");
        Map<String, byte[]> entries = entries(archive);
        JsonNode images = json(entries, "manifest.json");
        assertThat(images).hasSize(2);
        assertThat(images.path(0).path("Layers").path(0))
                .isEqualTo(images.path(1).path("Layers").path(0));
        assertThat(entries.keySet().stream().filter(name -> name.startsWith("blobs/")))
                .hasSize(2 + 2 + 3);
        docker("rmi", mark + ":a", mark + ":b");
        assertThat(docker("load", "-q", "-i", archive.toString()).lines())
                .containsExactlyInAnyOrder("Loaded image: " + mark + ":a", "Loaded image: " + mark + ":b");
    }

    @Test
    void aRepositoryAloneStandsForAllItsTags() throws Exception {
        load(image("a").dockerArchive(mark + ":a", mark + ":again"));
        load(image("b").dockerArchive(mark + ":b"));
        JsonNode images = json(entries(save(mark)), "manifest.json");
        List<String> names = new ArrayList<>();
        images.forEach(one -> one.path("RepoTags").forEach(name -> names.add(name.asString())));
        assertThat(names).containsExactlyInAnyOrder(mark + ":a", mark + ":again", mark + ":b");
    }

    @Test
    void byIdAnImageHasNoNameInTheArchive() throws Exception {
        TestImage image = image("id");
        load(image.dockerArchive(mark + ":1"));
        Map<String, byte[]> entries = entries(save(image.id().substring(7, 19)));
        assertThat(json(entries, "manifest.json").path(0).path("RepoTags")).isEmpty();
        assertThat(entries).doesNotContainKey("repositories");
        assertThat(json(entries, "index.json").path("manifests").path(0).has("annotations"))
                .isFalse();
    }

    @Test
    void anUnknownImageIsRefusedBeforeAnyByte() throws Exception {
        Engine.Run run = engine.docker("save", "-o", directory.resolve("none").toString(), mark + ":none");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("No such image: " + mark + ":none");
        assertThat(directory.resolve("none")).doesNotExist();
        assertThat(engine.get("/images/get").status()).isEqualTo(400);
        assertThat(engine.get("/images/" + mark + "/get").status()).isEqualTo(404);
    }

    @Test
    void theOlderPathForOneImageGivesTheSameArchive() throws Exception {
        load(image("path").dockerArchive(mark + "/deep/name:1"));
        Answer one = engine.get("/images/" + mark + "/deep/name:1/get");
        assertThat(one.status()).isEqualTo(200);
        assertThat(one.body()).isEqualTo(Files.readAllBytes(save(mark + "/deep/name:1")));
    }

    @Test
    void aPlatformThatIsNotThereIsRefused() throws Exception {
        load(image("amd").dockerArchive(mark + ":1"));
        Engine.Run run = engine.docker("save", "--platform", "linux/s390x", "-o", directory + "/p", mark + ":1");
        assertThat(run.errors()).contains("does not provide the specified platform (linux/s390x)");
        assertThat(entries(save("--platform", "linux/amd64", mark + ":1"))).containsKey("manifest.json");
    }

    private byte[] manyPlatforms(String name) {
        TarBytes layout = new TarBytes().file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        return TestImage.indexed(
                layout, name, List.of(image("multi"), image("multi").on("arm64")));
    }

    @Test
    void anIndexOfPlatformsIsKnownByItsDigest() throws Exception {
        byte[] archive = manyPlatforms(mark + ":1");
        load(archive);
        String digest = digestOf(mark + ":1");
        assertThat(new String(archive, StandardCharsets.ISO_8859_1))
                .contains("\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\"" + digest);
        assertThat(docker("image", "inspect", "-f", "{{.Architecture}}", mark + "@" + digest))
                .isEqualTo("amd64");
        assertThat(docker("rmi", mark + ":1").lines())
                .contains("Untagged: " + mark + ":1", "Untagged: " + mark + "@" + digest);
    }

    @Test
    void anotherPlatformIsLoadedWhenItIsAskedFor() throws Exception {
        load(manyPlatforms(mark + ":1"), "--platform", "linux/arm64");
        assertThat(docker("image", "inspect", "-f", "{{.Architecture}}", mark + ":1"))
                .isEqualTo("arm64");
        Engine.Run run = engine.docker(
                "load",
                "--platform",
                "linux/riscv64",
                "-i",
                file(manyPlatforms(mark + ":1")).toString());
        assertThat(run.errors() + run.output()).contains("no image for linux/riscv64; it has linux/amd64, linux/arm64");
    }

    private String tool(String... command) throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin", command[0])), command[0] + " is not installed: not tested");
        Path output = directory.resolve("tool.out");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        String printed = Files.readString(output);
        assertThat(code).as(printed).isZero();
        return printed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker-archive", "oci-archive"})
    void skopeoReadsWhatIsSavedEitherWay(String transport) throws Exception {
        TestImage image = image("skopeo");
        load(image.dockerArchive(mark + ":1"));
        Path archive = save(mark + ":1");
        tool("skopeo", "copy", "-q", transport + ":" + archive, "oci:" + directory.resolve("copied"));
        assertThat(tool("skopeo", "inspect", "--raw", "--config", transport + ":" + archive))
                .isEqualTo(new String(image.configFile(), StandardCharsets.UTF_8));
        JsonNode index = JSON.readTree(Files.readAllBytes(directory.resolve("copied/index.json")));
        String manifest = index.path("manifests").path(0).path("digest").asString();
        if (transport.equals("oci-archive")) {
            assertThat(manifest).isEqualTo(digestOf(mark + ":1"));
        }
    }

    @Test
    void whatSkopeoPacksIsLoadedWithTheSameDigest() throws Exception {
        load(image("there and back").ociArchive("+gzip", mark + ":1"));
        String digest = digestOf(mark + ":1");
        Path archive = save(mark + ":1");
        tool("skopeo", "copy", "-q", "oci-archive:" + archive, "oci-archive:" + directory + "/b.tar:" + mark + ":2");
        docker("load", "-q", "-i", directory + "/b.tar");
        assertThat(digestOf(mark + ":2")).isEqualTo(digest);
    }

    @Test
    void podmanLoadsItWithTheSameIdAndDigest() throws Exception {
        TestImage image = image("podman");
        load(image.dockerArchive(mark + ":1"));
        Path archive = save(mark + ":1");
        Path store = Files.createTempDirectory(Path.of("/var/tmp"), "lp");
        String[] podman = {"podman", "--root", store + "/r", "--runroot", store + "/rr", "--storage-driver", "vfs"};
        try {
            List<String> loading = new ArrayList<>(List.of(podman));
            loading.addAll(List.of("load", "-q", "-i", archive.toString()));
            assertThat(tool(loading.toArray(String[]::new))).contains(mark + ":1");
            List<String> listing = new ArrayList<>(List.of(podman));
            listing.addAll(List.of("images", "--no-trunc", "--digests", "--format", "{{.ID}} {{.Digest}}"));
            assertThat(tool(listing.toArray(String[]::new)))
                    .contains(image.id())
                    .contains(digestOf(mark + ":1"));
        } finally {
            tool("rm", "-rf", store.toString());
        }
    }

    private static byte[] compressed(String how, byte[] bytes) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        switch (how) {
            case "plain" -> packed.writeBytes(bytes);
            case "gzip" -> {
                try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                    out.write(bytes);
                }
            }
            default -> {
                try (var out = new CompressorStreamFactory().createCompressorOutputStream(how, packed)) {
                    out.write(bytes);
                }
            }
        }
        return packed.toByteArray();
    }

    private String importing(byte[] archive, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("import", "-c", "LABEL mark=" + mark));
        command.addAll(List.of(arguments));
        Engine.Run run = engine.docker(archive, command.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return run.output().strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "gzip", "zstd", "xz", "bzip2"})
    void aFileSystemIsImportedHoweverItIsCompressed(String how) throws Exception {
        byte[] archive = new TarBytes().file("etc/how", how.repeat(2000)).bytes();
        String id = importing(compressed(how, archive), "-", mark + ":" + how);
        assertThat(docker("image", "inspect", "-f", "{{.Id}} {{index .RootFS.Layers 0}}", mark + ":" + how))
                .isEqualTo(id + " sha256:" + sha256(archive));
        Map<String, byte[]> saved = entries(save(mark + ":" + how));
        JsonNode descriptor = json(saved, "index.json").path("manifests").path(0);
        JsonNode manifest =
                json(saved, "blobs/" + descriptor.path("digest").asString().replace(':', '/'));
        assertThat(manifest.path("layers").path(0).path("mediaType").asString())
                .isEqualTo("application/vnd.oci.image.layer.v1.tar+" + (how.equals("zstd") ? "zstd" : "gzip"));
    }

    @Test
    void whatIsExportedCanBeImportedAndRun() throws Exception {
        docker("run", "--name", mark + "-c", "lighter/host", "sh", "-c", "echo kept > /made; ln -s made /link");
        Path exported = directory.resolve("exported.tar");
        docker("export", "-o", exported.toString(), mark + "-c");
        importing(Files.readAllBytes(exported), "-c", "CMD [\"cat\",\"/link\"]", "-", mark + ":run");
        assertThat(docker("run", "--rm", mark + ":run")).isEqualTo("kept");
    }

    @Test
    void changesMessageAndPlatformAreInTheImage() throws Exception {
        importing(
                new TarBytes().file("f", "x").bytes(),
                "-m",
                "from elsewhere",
                "--platform",
                "linux/arm64/v8",
                "-c",
                "ENV A=1 B=\"two words\"",
                "-c",
                "EXPOSE 80/tcp",
                "-c",
                "ENTRYPOINT [\"/bin/x\"]",
                "-c",
                "USER 7",
                "-",
                mark + ":changed");
        JsonNode image = engine.get("/images/" + mark + ":changed/json").json();
        assertThat(image.path("Comment").asString()).isEqualTo("from elsewhere");
        assertThat(image.path("Architecture").asString() + image.path("Variant").asString())
                .isEqualTo("arm64v8");
        JsonNode config = image.path("Config");
        assertThat(config.path("Env").valueStream().map(JsonNode::asString)).containsExactly("A=1", "B=two words");
        assertThat(config.path("ExposedPorts").has("80/tcp")).isTrue();
        assertThat(config.path("Entrypoint").path(0).asString()).isEqualTo("/bin/x");
        assertThat(config.path("User").asString()).isEqualTo("7");
        assertThat(docker("history", "--format", "{{.Comment}}", mark + ":changed"))
                .isEqualTo("from elsewhere");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fromSrc=-&changes=FROM+x | FROM is not a valid change command",
                "fromSrc=-&changes=ENV | ENV",
                "fromSrc=-&repo=UPPER | must be lowercase",
                "fromSrc=-&repo=a@sha256:1111111111111111111111111111111111111111111111111111111111111111 | digest",
                "fromSrc=ftp://example.com/x | only http:// and https:// can",
                "fromSrc=http://user:secret@example.com/x | has a password in it",
                "fromSrc=%25zz | is not a URL",
                "fromSrc=%zz | is not encoded as URLs are",
                "fromSrc=http://10.1.2.3/x | is not public",
                "fromSrc=http://%5Bfd00::1%5D/x | is not public",
                "fromSrc=http://169.254.169.254/latest | is not public",
                "repo=a | fromImage or fromSrc",
            })
    void aWrongImportIsRefusedWithTheReason(String query, String reason) throws Exception {
        Answer answer = engine.request(
                "POST", "/images/create?" + query, new TarBytes().file("f", "x").bytes());
        assertThat(answer.status()).isBetween(400, 403);
        assertThat(answer.text()).contains(reason).doesNotContain("secret@");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | the archive is empty", "no archive at all | is not a tar archive"})
    void whatIsNoFileSystemLeavesNothing(String content, String reason) throws Exception {
        Engine.Run run = engine.docker(content.getBytes(StandardCharsets.UTF_8), "import", "-", mark + ":bad");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains(reason);
        assertThat(docker("images", "-q", mark + ":bad")).isEmpty();
    }

    @Test
    void aUrlOfThisMachineIsImported() throws Exception {
        byte[] archive = new TarBytes().file("fetched", "x").bytes();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean there = exchange.getRequestURI().getPath().equals("/fs.tar");
            boolean away = exchange.getRequestURI().getPath().equals("/away");
            if (away) {
                exchange.getResponseHeaders().add("Location", "http://10.1.2.3/fs.tar");
            }
            exchange.sendResponseHeaders(there ? 200 : away ? 302 : 404, there ? archive.length : -1);
            if (there) {
                exchange.getResponseBody().write(archive);
            }
            exchange.close();
        });
        server.start();
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            docker("import", "-c", "LABEL mark=" + mark, base + "/fs.tar", mark + ":url");
            assertThat(docker("image", "inspect", "-f", "{{.Comment}}", mark + ":url"))
                    .isEqualTo("Imported from " + base + "/fs.tar");
            assertThat(engine.docker("import", base + "/none").errors()).contains("with status 404");
            assertThat(engine.docker("import", base + "/away").errors())
                    .contains("10.1.2.3")
                    .contains("not public");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anArchiveThatIsCutOffIsRefusedAtEveryPlaceAndLeavesNothing() throws Exception {
        byte[] archive = image("cut").ociArchive("+gzip", mark + ":cut");
        for (int length : new int[] {700, 2000, archive.length / 2, archive.length - 5000}) {
            byte[] part = new ByteArrayInputStream(archive).readNBytes(length);
            Engine.Run run = engine.docker("load", "-q", "-i", file(part).toString());
            assertThat(run.exitCode()).as("after " + length).isEqualTo(1);
            assertThat(docker("images", "-q", mark + ":cut")).isEmpty();
        }
    }
}
