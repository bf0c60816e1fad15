package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lighter.engine.DockerRegistry;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import dev.lighter.image.registry.FakeRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import tools.jackson.databind.JsonNode;

/** The docker command line, this engine, a registry of Debian's and skopeo between them. */
class RegistryClientIT {
    @TempDir
    static Path directory;

    private static Engine engine;
    private static DockerRegistry plain;
    private static DockerRegistry guarded;

    private final Random random = new Random();

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(DockerRegistry.isInstalled(), "docker-registry is not installed: apt-get install docker-registry");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed: apt-get install skopeo");
        plain = DockerRegistry.start("", "");
        Path passwords = directory.resolve("htpasswd");
        Files.writeString(passwords, "alice:" + new BCryptPasswordEncoder(4).encode("open sesame") + "\n");
        Path identity = identity(directory);
        guarded = DockerRegistry.start(
                "  tls:\n    certificate: " + identity.resolve("tls.crt") + "\n    key: " + identity.resolve("tls.key")
                        + "\n",
                "auth:\n  htpasswd:\n    realm: tests\n    path: " + passwords + "\n");
        engine = Engine.start(
                "--lighter.registries.certificates=" + directory.resolve("certs.d"), "--lighter.registries.pause=50ms");
        engine.docker("tag", "lighter/host", "here");
    }

    @AfterAll
    static void stop() throws Exception {
        if (engine != null) {
            engine.close();
        }
        if (guarded != null) {
            guarded.close();
        }
        if (plain != null) {
            plain.close();
        }
    }

    @AfterEach
    void nothingIsOnItsWay() throws Exception {
        engine.docker("logout", guarded.host());
        Files.deleteIfExists(authority());
        for (int i = 0; i < 200 && !contents("incoming").isEmpty(); i++) {
            Thread.sleep(20);
        }
        assertThat(contents("incoming")).isEmpty();
    }

    private static List<String> contents(String name) throws IOException {
        try (Stream<Path> files = Files.list(engine.data().resolve(name))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** A certificate for loopback that nobody has signed, made by the JDK's own tool. */
    private static Path identity(Path place) throws Exception {
        Path store = place.resolve("tls.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "tls",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=tests",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-ext",
                        "bc=ca:true",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(place.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        pem(place.resolve("tls.crt"), "CERTIFICATE", keys.getCertificate("tls").getEncoded());
        pem(
                place.resolve("tls.key"),
                "PRIVATE KEY",
                keys.getKey("tls", "changeit".toCharArray()).getEncoded());
        return place;
    }

    private static void pem(Path file, String kind, byte[] bytes) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + kind
                        + "-----\n");
    }

    private static Path authority() {
        return directory.resolve("certs.d").resolve(guarded.host()).resolve("ca.crt");
    }

    private static void trust() throws IOException {
        Files.createDirectories(authority().getParent());
        Files.copy(directory.resolve("tls.crt"), authority());
    }

    private static String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private static String skopeo(String... arguments) throws Exception {
        Path output = Files.createTempFile(directory, "skopeo", ".out");
        String[] command =
                Stream.concat(Stream.of("skopeo"), Stream.of(arguments)).toArray(String[]::new);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(output)).isZero();
        return Files.readString(output).strip();
    }

    private TarBytes files(int bytes) {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        return new TarBytes().file("data", content);
    }

    /** Loads an image with a manifest of its own under a name; gives the manifest's digest. */
    private String load(String name, TarBytes... layers) throws Exception {
        byte[] archive = TestImage.of(layers).ociArchive("+gzip", name);
        assertThat(engine.request("POST", "/images/load", archive).text()).contains("Loaded image");
        return manifestDigest(archive);
    }

    private static String manifestDigest(byte[] archive) throws Exception {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().equals("index.json")) {
                    String json = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
                    return json.replaceFirst("(?s).*\"digest\":\"(sha256:[0-9a-f]{64})\".*", "$1");
                }
            }
        }
        throw new IOException("the archive has no index.json");
    }

    @Test
    void theDigestIsTheSameWhereverTheImageGoes() throws Exception {
        String name = plain.host() + "/trip/app:1";
        String digest = load(name, files(200_000), files(300_000));
        String pushed = docker("push", name);
        assertThat(pushed).contains("The push refers to repository [" + plain.host() + "/trip/app]", ": Pushed");
        assertThat(pushed).containsPattern("1: digest: " + digest + " size: \\d+");
        assertThat(skopeo("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name))
                .isEqualTo(digest);
        docker("rmi", name);
        String pulled = docker("pull", name);
        assertThat(pulled)
                .contains("1: Pulling from trip/app", ": Pull complete", "Digest: " + digest)
                .contains("Status: Downloaded newer image for " + name);
        assertThat(docker("pull", name)).contains("Status: Image is up to date for " + name);
        assertThat(docker("inspect", "--format", "{{join .RepoDigests \" \"}}", name))
                .isEqualTo(plain.host() + "/trip/app@" + digest);
        assertThat(docker("push", name)).contains(": Layer already exists").doesNotContain(": Pushed");
        docker("tag", name, plain.host() + "/trip/other:2");
        assertThat(docker("push", plain.host() + "/trip/other:2")).contains(": Mounted from trip/app");
        docker("rmi", name, plain.host() + "/trip/other:2");
        docker("pull", plain.host() + "/trip/app@" + digest);
        assertThat(docker("inspect", "--format", "{{len .RepoTags}}", plain.host() + "/trip/app@" + digest))
                .isEqualTo("0");
    }

    @Test
    void aContainerOfAnImageThatIsNotHereIsPulledFirst() throws Exception {
        String name = plain.host() + "/tools/host:1";
        docker("tag", "lighter/host", name);
        docker("push", name);
        docker("rmi", name);
        assertThat(docker("run", "--rm", name, "echo", "it runs")).contains("it runs");
    }

    @Test
    void aBuildTellsHowItsBaseImageIsPulled() throws Exception {
        String name = plain.host() + "/base/app:1";
        String digest = load(name, files(100_000));
        docker("push", name);
        docker("rmi", name);
        Path context = Files.createTempDirectory(directory, "context");
        Files.writeString(context.resolve("Dockerfile"), "FROM " + name + "\nLABEL a=b\n");
        assertThat(docker("build", "-t", "based", context.toString()))
                .contains("1: Pulling from base/app", ": Pull complete", "Digest: " + digest, "Successfully built");
        docker("rmi", "-f", "based", name);
        assertThat(docker("build", "-q", context.toString())).matches("sha256:[0-9a-f]{64}");
        docker("rmi", "-f", name);
        docker("image", "prune", "-f");
        String said = engine.post("/api/builds", "{\"text\":\"FROM " + name + "\\nLABEL a=c\\n\"}")
                .text();
        assertThat(said).contains("\"transfer\":{", "\"status\":\"Pull complete\"", "\"image\":\"sha256:");
    }

    @Test
    void imagesOfOtherToolsArePulled() throws Exception {
        TestImage image = TestImage.of(files(1000));
        Path archive = directory.resolve("other.tar");
        Files.write(archive, image.dockerArchive("other:1"));
        String v2 = plain.host() + "/skopeo/docker:1";
        String oci = plain.host() + "/skopeo/oci:1";
        skopeo(
                "--insecure-policy",
                "copy",
                "-f",
                "v2s2",
                "--dest-tls-verify=false",
                "docker-archive:" + archive,
                "docker://" + v2);
        skopeo(
                "--insecure-policy",
                "copy",
                "-f",
                "oci",
                "--dest-compress-format",
                "zstd",
                "--dest-tls-verify=false",
                "docker-archive:" + archive,
                "docker://" + oci);
        docker("pull", v2);
        docker("pull", oci);
        assertThat(docker("inspect", "--format", "{{len .RootFS.Layers}}", v2)).isEqualTo("1");
        assertThat(docker("inspect", "--format", "{{.Architecture}}", oci)).isEqualTo("amd64");
    }

    @Test
    void allTagsComeAndGo() throws Exception {
        String repository = plain.host() + "/many/app";
        load(repository + ":one", files(100));
        load(repository + ":two", files(100));
        assertThat(docker("push", "-a", repository)).contains("one: digest: ", "two: digest: ");
        docker("rmi", repository + ":one", repository + ":two");
        assertThat(docker("pull", "-a", repository))
                .contains("one: Pulling from many/app", "two: Pulling from many/app");
        assertThat(docker("images", "--format", "{{.Tag}}", repository).lines())
                .containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void whatARegistryDoesNotHaveIsSaidInDockersWords() throws Exception {
        Run missing = engine.docker("pull", plain.host() + "/no/such:thing");
        assertThat(missing.exitCode()).isNotZero();
        assertThat(missing.errors())
                .contains("manifest for " + plain.host() + "/no/such:thing not found: manifest unknown");
        Run unknown = engine.docker("push", plain.host() + "/not/here:1");
        assertThat(unknown.errors())
                .contains("An image does not exist locally with the tag: " + plain.host() + "/not/here");
        assertThat(engine.docker("pull", "127.0.0.1:1/x").errors()).contains("connection refused");
    }

    @Test
    void aRegistryIsAskedWithTheRightPasswordOverTrustedTls() throws Exception {
        String name = guarded.host() + "/secret/app:1";
        String digest = load(name, files(50_000));
        assertThat(engine.docker("push", name).errors()).contains("certificate signed by unknown authority", "ca.crt");
        trust();
        assertThat(engine.docker("push", name).errors()).contains("no basic auth credentials");
        Run wrong = engine.docker("login", "-u", "alice", "-p", "wrong", guarded.host());
        assertThat(wrong.exitCode()).isNotZero();
        assertThat(wrong.errors()).contains("unauthorized").doesNotContain("wrong");
        assertThat(docker("login", "-u", "alice", "-p", "open sesame", guarded.host()))
                .contains("Login Succeeded");
        assertThat(docker("push", name)).contains("1: digest: " + digest);
        docker("rmi", name);
        assertThat(docker("pull", name)).contains("Digest: " + digest);
        docker("logout", guarded.host());
        assertThat(engine.docker("pull", name).errors()).contains("no basic auth credentials");
        assertThat(Files.readString(engine.log())).doesNotContain("open sesame");
    }

    @Test
    void distributionTellsDigestAndPlatforms() throws Exception {
        String name = plain.host() + "/look/app:1";
        String digest = load(name, files(100));
        docker("push", name);
        JsonNode answer = engine.get("/distribution/" + name + "/json").json();
        assertThat(answer.path("Descriptor").path("digest").asString()).isEqualTo(digest);
        assertThat(answer.path("Descriptor").path("size").asLong()).isPositive();
        assertThat(answer.path("Platforms").path(0).path("architecture").asString())
                .isEqualTo("amd64");
        assertThat(engine.get("/distribution/" + plain.host() + "/no/such:1/json")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void ourOwnResourcePullsAndPushesWithEvents() throws Exception {
        String name = plain.host() + "/own/app:1";
        String digest = load(name, files(100));
        String body = "{\"reference\":\"" + name + "\"}";
        assertThat(engine.post("/api/images/push", body).text()).contains("event:progress", "event:done", digest);
        docker("rmi", name);
        assertThat(engine.post("/api/images/pull", body).text()).contains("\"status\":\"Pull complete\"", "event:done");
        assertThat(docker("images", "-q", name)).isNotEmpty();
        assertThat(engine.post("/api/images/pull", "{\"reference\":\"" + plain.host() + "/no/such:1\"}")
                        .text())
                .contains("event:error", "\"status\":404");
        assertThat(engine.post("/api/images/pull", "{}").status()).isEqualTo(400);
    }

    @Test
    void aKilledEngineLeavesNothingAndThePullGoesOn() throws Exception {
        byte[] layer = files(6_000_000).bytes();
        String digest = sha256(layer);
        TestImage image = new TestImage(List.of(layer), Map.of(), "amd64");
        try (FakeRegistry slow = new FakeRegistry()) {
            serveSlowly(slow, image, layer, digest);
            String name = slow.host() + "/app:1";
            for (int kill = 0; kill < 3; kill++) {
                Process pull = engine.startDocker("pull", name);
                Thread.sleep(300 + random.nextInt(700));
                engine.restart();
                engine.finished(pull);
                assertThat(contents("layers").size())
                        .as("layers of images only")
                        .isEqualTo(layersOfImages());
            }
            docker("pull", name);
            assertThat(docker("inspect", "--format", "{{.Id}}", name)).isEqualTo(image.id());
            assertThat(contents("downloads")).isEmpty();
            assertThat(slow.asked("GET /v2/app/blobs/" + digest))
                    .anyMatch(one -> !one.header("Range").isEmpty());
        }
    }

    private static int layersOfImages() throws Exception {
        return (int) Stream.of(docker("images", "-aq", "--no-trunc").split("\\s+"))
                .filter(id -> !id.isEmpty())
                .distinct()
                .flatMap(id -> {
                    try {
                        return Stream.of(docker("inspect", "--format", "{{range .RootFS.Layers}}{{.}} {{end}}", id)
                                .split(" "));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .filter(layer -> !layer.isEmpty())
                .distinct()
                .count();
    }

    private static void serveSlowly(FakeRegistry slow, TestImage image, byte[] layer, String digest) {
        String manifest = String.format(
                Locale.ROOT,
                "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\","
                        + "\"size\":%d},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\","
                        + "\"digest\":\"%s\",\"size\":%d}]}",
                image.id(),
                image.configFile().length,
                digest,
                layer.length);
        slow.manifest(
                "app", "1", "application/vnd.oci.image.manifest.v1+json", manifest.getBytes(StandardCharsets.UTF_8));
        slow.blob("app", image.id(), image.configFile());
        slow.on("GET /v2/app/blobs/" + digest, exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (range != null) {
                exchange.getResponseHeaders()
                        .add("Content-Range", "bytes " + from + "-" + (layer.length - 1) + "/" + layer.length);
            }
            exchange.sendResponseHeaders(range == null ? 200 : 206, layer.length - from);
            for (int at = from; at < layer.length; at += 200_000) {
                exchange.getResponseBody().write(layer, at, Math.min(200_000, layer.length - at));
                exchange.getResponseBody().flush();
                try {
                    Thread.sleep(60);
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
    }

    private static String sha256(byte[] bytes) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void aKilledEnginePushesTheSameAgain() throws Exception {
        String name = plain.host() + "/killed/app:1";
        String digest = load(name, files(3_000_000), files(3_000_000));
        for (int kill = 0; kill < 2; kill++) {
            Process push = engine.startDocker("push", name);
            Thread.sleep(random.nextInt(150));
            engine.restart();
            engine.finished(push);
        }
        assertThat(docker("push", name)).contains("1: digest: " + digest);
        assertThat(skopeo("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name))
                .isEqualTo(digest);
    }
}
