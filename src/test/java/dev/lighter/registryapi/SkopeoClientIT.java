package dev.lighter.registryapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The registry driven by skopeo and podman, which both need a sign-in over TCP. */
@ExtendWith(EngineExtension.class)
class SkopeoClientIT {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory;

    private final Engine engine;
    private final RawRegistry registry;

    SkopeoClientIT(Engine engine) {
        this.engine = engine;
        this.registry = new RawRegistry(engine);
    }

    private static boolean isInstalled(String program) {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(place -> new File(place, program).canExecute());
        if (!installed) {
            System.err.println("Skipped: " + program + " is not installed (apt-get install " + program + ")");
        }
        return installed;
    }

    @BeforeEach
    void needsSkopeo() {
        assumeTrue(isInstalled("skopeo"));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectErrorStream(true);
        builder.environment().put("TMPDIR", directory.toString());
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(command + ": " + Files.readString(output))
                .isZero();
        return Files.readString(output).strip();
    }

    private String skopeo(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("skopeo"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private String credentials() throws IOException {
        return "admin:" + engine.password();
    }

    private String remote(String name) {
        return "docker://127.0.0.1:" + engine.port() + "/" + name;
    }

    private String pull(String name, String target, String... more) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("copy", "--src-tls-verify=false", "--src-creds", credentials()));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of(remote(name), target));
        return skopeo(arguments.toArray(String[]::new));
    }

    private String push(String source, String name, String... more) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("copy", "--dest-tls-verify=false", "--dest-creds", credentials()));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of(source, remote(name)));
        return skopeo(arguments.toArray(String[]::new));
    }

    private String inspect(String name, String format) throws IOException, InterruptedException {
        return skopeo("inspect", "--tls-verify=false", "--creds", credentials(), "--format", format, remote(name));
    }

    private static TestImage image(String content) {
        return TestImage.of(new TarBytes().file("who", content), new TarBytes().file("second", content));
    }

    @Test
    void theDigestStaysTheSameThroughLoadPullPushAndSave() throws Exception {
        TestImage image = image("the same");
        engine.request("POST", "/images/load", image.ociArchive("+gzip", "v2-same:one"));
        String digest = inspect("v2-same:one", "{{.Digest}}");
        assertThat(engine.dockerOutput("images", "--digests", "--format", "{{.Digest}}", "v2-same"))
                .isEqualTo(digest);
        Path layout = directory.resolve("layout");
        pull("v2-same:one", "oci:" + layout + ":one");
        assertThat(JSON.readTree(Files.readAllBytes(layout.resolve("index.json")))
                        .path("manifests")
                        .path(0)
                        .path("digest")
                        .asString())
                .isEqualTo(digest);
        engine.dockerOutput("rmi", "v2-same:one");
        push("oci:" + layout + ":one", "v2-same:two");
        assertThat(inspect("v2-same:two", "{{.Digest}}")).isEqualTo(digest);
        assertThat(engine.get("/images/v2-same:two/json").json().path("Id").asString())
                .isEqualTo(image.id());
        engine.dockerOutput("rmi", "v2-same:two");
    }

    @Test
    void whatWasCopiedHereRuns() throws Exception {
        Path layout = directory.resolve("layout");
        engine.dockerOutput("run", "--rm", "lighter/host", "true");
        pull("lighter/host", "oci:" + layout + ":x");
        push("oci:" + layout + ":x", "v2-run/host:copied");
        assertThat(engine.dockerOutput("run", "--rm", "v2-run/host:copied", "echo", "runs"))
                .isEqualTo("runs");
        engine.dockerOutput("rmi", "v2-run/host:copied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci", "v2s2"})
    void bothFamiliesOfManifestsAreTakenAndGiven(String format) throws Exception {
        Path archive = Files.write(directory.resolve("image.tar"), image(format).dockerArchive("x:y"));
        String name = "v2-family:" + format;
        push("docker-archive:" + archive, name, "--format", format);
        String type = JSON.readTree(
                        skopeo("inspect", "--raw", "--tls-verify=false", "--creds", credentials(), remote(name)))
                .path("mediaType")
                .asString();
        assertThat(type).isEqualTo(format.equals("oci") ? RawRegistry.OCI : RawRegistry.DOCKER);
        pull(name, "dir:" + directory.resolve("dir"));
        assertThat(RawRegistry.digest(Files.readAllBytes(directory.resolve("dir/manifest.json"))))
                .isEqualTo(registry.request("HEAD", "/v2/v2-family/manifests/" + format)
                        .headers()
                        .get("docker-content-digest"));
        assertThat(layers(name)).isEqualTo(layers(image(format)));
        engine.dockerOutput("rmi", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void layersAreTakenInEitherCompression(String compression) throws Exception {
        Path archive =
                Files.write(directory.resolve("image.tar"), image(compression).dockerArchive("x:y"));
        String name = "v2-packed:" + compression;
        push("docker-archive:" + archive, name, "--format", "oci", "--dest-compress-format", compression);
        assertThat(layers(name)).isEqualTo(layers(image(compression)));
        assertThat(registry.get("/v2/v2-packed/manifests/" + compression).text())
                .contains("tar+" + compression);
        engine.dockerOutput("rmi", name);
    }

    /** The digests of the layers of an image here; its configuration skopeo writes anew. */
    private String layers(String name) throws IOException {
        return engine.get("/images/" + name + "/json")
                .json()
                .path("RootFS")
                .path("Layers")
                .toString();
    }

    private static String layers(TestImage image) {
        return JSON.readTree(image.configFile()).path("rootfs").path("diff_ids").toString();
    }

    private String index(String repository) {
        List<Map<String, Object>> descriptors = new ArrayList<>();
        for (String architecture : List.of("amd64", "arm64", "s390x")) {
            byte[] manifest =
                    registry.image(repository, image("on " + architecture).on(architecture));
            registry.putDone(repository, RawRegistry.digest(manifest), RawRegistry.OCI, manifest);
            Map<String, Object> descriptor = RawRegistry.descriptor(RawRegistry.OCI, manifest);
            descriptor.put("platform", Map.of("os", "linux", "architecture", architecture));
            descriptors.add(descriptor);
        }
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", RawRegistry.INDEX);
        index.put("manifests", descriptors);
        return registry.putDone(repository, "multi", RawRegistry.INDEX, RawRegistry.json(index));
    }

    @Test
    void allOfAnIndexIsCopiedWithItsDigests() throws Exception {
        String digest = index("v2-all");
        Path layout = directory.resolve("all");
        pull("v2-all:multi", "oci:" + layout + ":x", "--all");
        push("oci:" + layout + ":x", "v2-copied:multi", "--all");
        assertThat(registry.request("HEAD", "/v2/v2-copied/manifests/multi").headers())
                .containsEntry("docker-content-digest", digest);
        assertThat(skopeo(
                        "inspect",
                        "--override-arch=arm64",
                        "--tls-verify=false",
                        "--creds",
                        credentials(),
                        "--format",
                        "{{.Architecture}}",
                        remote("v2-copied:multi")))
                .isEqualTo("arm64");
        assertThat(engine.dockerOutput("image", "inspect", "--format", "{{.Architecture}}", "v2-copied:multi"))
                .isEqualTo("amd64");
        engine.dockerOutput("rmi", "v2-copied:multi", "v2-all:multi");
    }

    @Test
    void tagsAreListedAndDeleted() throws Exception {
        for (String tag : List.of("one", "two")) {
            Path archive =
                    Files.write(directory.resolve(tag), image("listed " + tag).dockerArchive("x:y"));
            push("docker-archive:" + archive, "v2-list/app:" + tag);
        }
        String listed = skopeo("list-tags", "--tls-verify=false", "--creds", credentials(), remote("v2-list/app"));
        assertThat(JSON.readTree(listed).path("Tags").toString()).isEqualTo("[\"one\",\"two\"]");
        skopeo("delete", "--tls-verify=false", "--creds", credentials(), remote("v2-list/app:one"));
        assertThat(registry.get("/v2/v2-list/app/manifests/one").status()).isEqualTo(404);
        assertThat(engine.get("/images/v2-list/app:one/json").status()).isEqualTo(404);
        engine.dockerOutput("rmi", "v2-list/app:two");
    }

    @Test
    void whoeverHasNoPasswordIsTurnedAway() throws Exception {
        Process process = new ProcessBuilder("skopeo", "inspect", "--tls-verify=false", remote("lighter/host"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("refused").toFile())
                .start();
        assertThat(process.waitFor()).isNotZero();
        assertThat(Files.readString(directory.resolve("refused"))).contains("unauthorized");
    }

    @Test
    void podmanPullsAndPushes() throws Exception {
        assumeTrue(isInstalled("podman"));
        TestImage image = image("by podman");
        engine.request("POST", "/images/load", image.dockerArchive("v2-podman:one"));
        List<String> podman = List.of(
                "podman",
                "--root=" + directory.resolve("podman"),
                "--runroot=" + directory.resolve("podman-run"),
                "--storage-driver=vfs");
        String name = "127.0.0.1:" + engine.port() + "/v2-podman";
        String id = podman(podman, "pull", "-q", "--tls-verify=false", "--creds=" + credentials(), name + ":one");
        assertThat("sha256:" + id.lines().reduce((a, b) -> b).orElse("")).isEqualTo(image.id());
        podman(podman, "push", "-q", "--tls-verify=false", "--creds=" + credentials(), id, name + ":two");
        assertThat(engine.get("/images/v2-podman:two/json").json().path("Id").asString())
                .isEqualTo(image.id());
        podman(podman, "rmi", "-f", id);
        engine.dockerOutput("rmi", "v2-podman:one", "v2-podman:two");
    }

    private String podman(List<String> podman, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(podman);
        command.addAll(List.of(arguments));
        return run(command);
    }
}
