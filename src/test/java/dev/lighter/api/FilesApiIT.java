package dev.lighter.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.SocketHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Single files of containers over {@code /api}, of those that run and those that do not, with paths that want out. */
@Timeout(90)
@ExtendWith(EngineExtension.class)
class FilesApiIT {
    private static final String NAME = "files-api";
    private static final String FILES = "/api/containers/" + NAME + "/files";
    private static final String SCRIPT =
            "mkdir -p /data/sub/deeper /data/empty; cd /data; echo hello >hello.txt; chmod 4750 hello.txt;"
                    + " chown 1000:1001 hello.txt; echo x >'with space&ü.txt'; ln -s hello.txt near; ln -s /etc etc; ln -s /nowhere lost;"
                    + " ln -s ../../../../../../../../etc/hostname out; ln -s loop loop; mkfifo pipe; chown 1234:1235 /data/sub;"
                    + " exec sleep 600";

    private final Engine engine;

    FilesApiIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void run() throws Exception {
        engine.dockerOutput("run", "-d", "--name", NAME, "--hostname", "inside", "lighter/host", "sh", "-c", SCRIPT);
        while (engine.docker("exec", NAME, "test", "-d", "/data/sub").exitCode() != 0
                || !engine.docker("exec", NAME, "stat", "-c", "%u", "/data/sub")
                        .output()
                        .contains("1234")) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void remove() throws IOException {
        engine.delete("/containers/" + NAME + "?force=1");
    }

    private static String path(String path) {
        return "?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
    }

    private Answer list(String path) throws IOException {
        return engine.get(FILES + path(path));
    }

    private Answer content(String path) throws IOException {
        return engine.get(FILES + "/content" + path(path));
    }

    private Answer upload(String path, String content) throws IOException {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            return http.request(
                    "PUT",
                    FILES + "/content" + path(path),
                    Map.of("Content-Type", "application/octet-stream"),
                    content);
        }
    }

    private static JsonNode entry(Answer listing, String name) {
        assertThat(listing.status()).as(listing.text()).isEqualTo(200);
        for (JsonNode entry : listing.json().path("entries")) {
            if (entry.path("name").asString().equals(name)) {
                return entry;
            }
        }
        throw new AssertionError("no " + name + " in " + listing.text());
    }

    private void stopIf(boolean stopped) throws Exception {
        if (stopped) {
            engine.dockerOutput("kill", NAME);
            engine.dockerOutput("wait", NAME);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListingTellsEveryKindOfFile(boolean stopped) throws Exception {
        stopIf(stopped);
        Answer listing = list("/data");
        JsonNode hello = entry(listing, "hello.txt");
        assertThat(hello.path("kind").asString()).isEqualTo("file");
        assertThat(hello.path("sizeBytes").asLong()).isEqualTo(6);
        assertThat(hello.path("mode").asString()).isEqualTo("0750");
        assertThat(hello.path("owner").asLong()).isEqualTo(1000);
        assertThat(hello.path("group").asLong()).isEqualTo(1001);
        assertThat(hello.path("changedAt").asString()).startsWith("20");
        assertThat(entry(listing, "sub").path("kind").asString()).isEqualTo("directory");
        assertThat(entry(listing, "pipe").path("kind").asString()).isEqualTo("pipe");
        JsonNode near = entry(listing, "near");
        assertThat(near.path("kind").asString()).isEqualTo("link");
        assertThat(near.path("linkTarget").asString()).isEqualTo("hello.txt");
        assertThat(near.path("targetKind").asString()).isEqualTo("file");
        assertThat(entry(listing, "etc").path("targetKind").asString()).isEqualTo("directory");
        assertThat(entry(listing, "lost").path("targetKind").isNull()).isTrue();
        assertThat(entry(listing, "loop").path("targetKind").isNull()).isTrue();
        assertThat(listing.json().path("complete").asBoolean()).isTrue();
        assertThat(entry(list("/data/etc"), "passwd").path("kind").asString())
                .as("a link to a directory is followed")
                .isEqualTo("file");
        JsonNode first = engine.get(FILES + path("/data") + "&limit=2").json();
        assertThat(first.path("entries").size()).isEqualTo(2);
        assertThat(first.path("complete").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileIsDownloadedAsItIsAndADirectoryAsAnArchive(boolean stopped) throws Exception {
        stopIf(stopped);
        Answer file = content("/data/hello.txt");
        assertThat(file.text()).isEqualTo("hello\n");
        assertThat(file.headers().get("content-type")).isEqualTo("application/octet-stream");
        assertThat(file.headers().get("content-length")).isEqualTo("6");
        assertThat(file.headers().get("content-disposition"))
                .contains("attachment")
                .contains("hello.txt");
        assertThat(content("/data/with space&ü.txt").headers().get("content-disposition"))
                .contains("filename*=UTF-8''with%20space&%C3%BC.txt");
        assertThat(content("/data/near").text()).isEqualTo("hello\n");

        Answer archive = content("/data");
        assertThat(archive.headers().get("content-type")).isEqualTo("application/x-tar");
        assertThat(archive.headers().get("content-disposition")).contains("data.tar");
        List<String> names = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive.body()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        assertThat(names).contains("./hello.txt", "./sub/deeper/", "./near");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUploadTakesAFilesPlaceAsAWhole(boolean stopped) throws Exception {
        stopIf(stopped);
        Answer changed = upload("/data/hello.txt", "changed\n");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.json().path("mode").asString()).as("as before").isEqualTo("0750");
        assertThat(changed.json().path("owner").asLong()).isEqualTo(1000);
        Answer made = upload("/data/sub/new file", "x".repeat(1_000_000));
        assertThat(made.json().path("mode").asString()).isEqualTo("0644");
        assertThat(made.json().path("owner").asLong()).as("the directory's").isEqualTo(1234);
        assertThat(made.json().path("sizeBytes").asLong()).isEqualTo(1_000_000);
        upload("/data/near", "no link any more");

        assertThat(content("/data/hello.txt").text()).isEqualTo("changed\n");
        assertThat(content("/data/sub/new file").body()).hasSize(1_000_000);
        assertThat(entry(list("/data"), "near").path("kind").asString()).isEqualTo("file");
        assertThat(list("/data/sub").text()).doesNotContain(".lighter-");
        if (!stopped) {
            assertThat(engine.dockerOutput("exec", NAME, "cat", "/data/hello.txt"))
                    .isEqualTo("changed");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void filesLinksAndEmptyDirectoriesAreRemoved(boolean stopped) throws Exception {
        stopIf(stopped);
        for (String gone : new String[] {"/data/etc", "/data/lost", "/data/pipe", "/data/empty", "/data/hello.txt"}) {
            assertThat(engine.delete(FILES + path(gone)).status()).as(gone).isEqualTo(204);
        }
        assertThat(list("/data").text())
                .doesNotContain("\"name\":\"etc\"", "\"lost\"", "\"pipe\"", "\"empty\"", "\"name\":\"hello.txt\"");
        entry(list("/etc"), "passwd");
        Answer full = engine.delete(FILES + path("/data/sub"));
        assertThat(full.status()).isEqualTo(409);
        assertThat(full.json().path("detail").asString()).contains("/data/sub", "not empty");
        assertThat(engine.delete(FILES + path("/data/hello.txt")).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noPathLeadsOutOfTheContainer(boolean stopped) throws Exception {
        stopIf(stopped);
        String outside = Files.readString(Path.of("/etc/hostname"));
        for (String path : new String[] {
            "../../../../etc/hostname",
            "/../../etc/hostname",
            "/data/out",
            "/data/../../../etc/hostname",
            "etc/hostname"
        }) {
            Answer answer = content(path);
            assertThat(answer.text())
                    .as(path)
                    .isNotEqualTo(outside)
                    .contains(stopped ? "" : "inside")
                    .isEqualTo(content("/etc/hostname").text());
        }
        Path secret = Files.createTempFile(Path.of("/var/tmp"), "lighter-secret", ".txt");
        try {
            Files.writeString(secret, "secret");
            for (String path :
                    List.of(secret.toString(), "/proc/1/root" + secret, "/proc/self/root" + secret, "/.." + secret)) {
                assertThat(content(path).status()).as(path).isIn(400, 404);
                assertThat(engine.delete(FILES + path(path)).status()).as(path).isIn(400, 404);
            }
            assertThat(upload("/data/../../.." + secret, "overwritten").status())
                    .isIn(200, 404);
            assertThat(Files.readString(secret)).isEqualTo("secret");
        } finally {
            Files.delete(secret);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDirectoryGoesWithAllThatIsInItAndNothingElse(boolean stopped) throws Exception {
        engine.dockerOutput(
                "exec",
                NAME,
                "sh",
                "-c",
                "cd /data/sub; for i in 1 2 3 4 5 6; do mkdir -p d/d; cd d/d; ln -s /etc l; ln -s ../../.. up; mkfifo p; done;"
                        + " touch '/data/sub/deeper/a b'; mkdir /data/sub/.hidden; chmod 0 /data/sub/deeper");
        stopIf(stopped);
        assertThat(engine.delete(FILES + path("/data/sub") + "&recursive=maybe").status())
                .isEqualTo(400);
        assertThat(engine.delete(FILES + path("/data/sub") + "&recursive=false").status())
                .isEqualTo(409);
        Answer gone = engine.delete(FILES + path("/data/sub") + "&recursive=true");
        assertThat(gone.status()).as(gone.text()).isEqualTo(204);
        assertThat(list("/data").text()).doesNotContain("\"sub\"").contains("hello.txt", "\"empty\"");
        entry(list("/etc"), "passwd");
        assertThat(engine.delete(FILES + path("/usr/lib") + "&recursive=true").status())
                .as("a directory of the image's layers, or the link to one")
                .isEqualTo(204);
        assertThat(list("/usr").text()).doesNotContain("\"name\":\"lib\"");
        assertThat(engine.delete(FILES + path("/data/hello.txt") + "&recursive=true")
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDirectoryInWhichSomethingIsMountedStaysWhole(boolean stopped) throws Exception {
        engine.delete("/containers/" + NAME + "?force=1");
        Path outside = Files.createTempDirectory(Path.of("/var/tmp"), "lighter-mounted");
        try {
            Files.writeString(outside.resolve("kept"), "x");
            engine.dockerOutput(
                    "run",
                    "-d",
                    "--name",
                    NAME,
                    "-v",
                    outside + ":/srv/a/mounted",
                    "lighter/host",
                    "sh",
                    "-c",
                    "touch /srv/a/file /srv/file; exec sleep 600");
            while (engine.docker("exec", NAME, "test", "-e", "/srv/file").exitCode() != 0) {
                Thread.onSpinWait();
            }
            stopIf(stopped);
            Answer refused = engine.delete(FILES + path("/srv") + "&recursive=true");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().path("detail").asString()).contains("something in it is");
            entry(list("/srv"), "file");
            entry(list("/srv/a"), "file");
            assertThat(outside.resolve("kept")).exists();
        } finally {
            engine.delete("/containers/" + NAME + "?force=1");
            Files.delete(outside.resolve("kept"));
            Files.delete(outside);
        }
    }

    @Test
    void whatIsNoFileIsRefusedInWords() throws Exception {
        assertThat(content("/data/pipe").status()).isEqualTo(400);
        assertThat(content("/dev/null").status()).as("a device is never opened").isEqualTo(400);
        assertThat(list("/data/hello.txt").status()).isEqualTo(400);
        assertThat(list("/data/loop").status()).isEqualTo(400);
        assertThat(list("/data/nothing").status()).isEqualTo(404);
        assertThat(engine.get(FILES + "?path=/data/%00").status()).isEqualTo(400);
        assertThat(list("/" + "x".repeat(300)).status()).isEqualTo(400);
        assertThat(content("").status()).isEqualTo(400);
        assertThat(engine.get(FILES + "?path=/&limit=0").status()).isEqualTo(400);
        assertThat(engine.get("/api/containers/nobody/files").status()).isEqualTo(404);
        assertThat(upload("/data/sub", "x").status()).as("a directory").isEqualTo(409);
        assertThat(upload("/data/pipe", "x").status()).isEqualTo(409);
        assertThat(upload("/data/nowhere/x", "x").status()).isEqualTo(404);
        assertThat(upload("/data/", "x").status()).isEqualTo(400);
        assertThat(upload("/etc/hosts", "x").status()).as("is mounted").isEqualTo(409);
        assertThat(engine.delete(FILES + path("/etc/hosts")).status()).isEqualTo(409);
        assertThat(engine.dockerOutput("exec", NAME, "grep", "/etc/hosts ", "/proc/mounts"))
                .as("the mounts are still there")
                .contains("/etc/hosts");
        assertThat(engine.delete(FILES + path("/proc")).status()).isEqualTo(409);
        assertThat(engine.delete(FILES + path("/")).status()).isEqualTo(400);
        assertThat(engine.delete(FILES + path("/data/..")).status()).isEqualTo(400);
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            Answer form = http.request(
                    "PUT",
                    FILES + "/content" + path("/data/form"),
                    Map.of("Content-Type", "application/x-www-form-urlencoded"),
                    "a=b");
            assertThat(form.status())
                    .as("a form is no file, and would arrive empty")
                    .isEqualTo(415);
        }
        for (Answer answer : List.of(content("/data/nothing"), upload("/data/sub", "x"))) {
            assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
            assertThat(answer.json().path("detail").asString()).contains("/data/");
        }
        assertThat(content("/proc/uptime").text())
                .as("the kernel tells no size")
                .matches("(?s)[0-9.]+ .*\\n");
    }

    @Test
    void aReadOnlyContainerStaysAsItIs() throws Exception {
        engine.delete("/containers/" + NAME + "?force=1");
        engine.dockerOutput("run", "-d", "--read-only", "--name", NAME, "lighter/host", "sleep", "600");
        assertThat(upload("/root/x", "x").status()).isEqualTo(403);
        assertThat(engine.delete(FILES + path("/etc/passwd")).status()).isEqualTo(403);
        stopIf(true);
        assertThat(upload("/root/x", "x").status()).isEqualTo(403);
        assertThat(engine.delete(FILES + path("/etc/passwd")).status()).isEqualTo(403);
        entry(list("/etc"), "passwd");
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws Exception {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            String head = "PUT " + FILES + "/content" + path("/data/half")
                    + " HTTP/1.1\r\nHost: d\r\nContent-Length: 1000000\r\n\r\n";
            http.output().write(head.getBytes(StandardCharsets.US_ASCII));
            http.output().write(new byte[1000]);
        }
        assertThat(upload("/data/whole", "w").status()).isEqualTo(200);
        assertThat(list("/data").text()).doesNotContain("half", ".lighter-").contains("whole");
        try (Stream<Path> left = Files.list(engine.data().resolve("containers"))) {
            assertThat(left.map(path -> path.getFileName().toString())).allMatch(name -> name.matches("[0-9a-f]{64}"));
        }
    }
}
