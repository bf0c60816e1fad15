package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files copied in and out, by the docker command line and on the wire, of containers that run and of others. */
@ExtendWith(EngineExtension.class)
class CpClientIT {
    private final Engine engine;
    private final String name = "cp-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    Path here;

    CpClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private void create(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("create", "--name", name));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("lighter/host", "sleep", "1000"));
        docker(arguments.toArray(String[]::new));
    }

    private void start() throws Exception {
        create();
        docker("start", name);
    }

    private String inside(String script) throws Exception {
        return docker("exec", name, "sh", "-c", script);
    }

    private Path tree() throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree/sub"));
        Files.writeString(here.resolve("tree/one"), "first\n");
        Files.writeString(tree.resolve("two"), "second\n");
        Files.createSymbolicLink(here.resolve("tree/link"), Path.of("one"));
        return here.resolve("tree");
    }

    private String to(String path) {
        return name + ":" + path;
    }

    @Test
    void whatIsCopiedIntoACreatedContainerIsThereWhenItStarts() throws Exception {
        create();
        docker("cp", tree().toString(), to("/srv"));
        docker("start", name);
        assertThat(inside("cat /srv/tree/one /srv/tree/sub/two; readlink /srv/tree/link"))
                .isEqualTo("first\nsecond\none");
    }

    @Test
    void filesGoIntoARunningContainerByEveryFormOfTheCommand() throws Exception {
        start();
        Path tree = tree();
        docker("cp", tree.resolve("one").toString(), to("/srv/renamed"));
        docker("cp", tree + "/.", to("/srv"));
        docker("cp", tree.toString(), to("/opt"));
        assertThat(inside("cat /srv/renamed /srv/one /srv/sub/two /opt/tree/one"))
                .isEqualTo("first\nfirst\nsecond\nfirst");
        docker("cp", tree.resolve("one").toString(), to("/srv/sub/"));
        assertThat(inside("cat /srv/sub/one")).isEqualTo("first");
    }

    @Test
    void filesComeOutWithModesLinksAndTimes() throws Exception {
        start();
        inside("mkdir -p /out/sub; echo text > /out/file; chmod 4750 /out/file; ln -s file /out/link;"
                + " ln /out/file /out/sub/hard; mkfifo /out/pipe; touch -d @1000000000 /out/file");
        docker("cp", to("/out"), here.resolve("got").toString());
        Path got = here.resolve("got");
        assertThat(got.resolve("file")).hasContent("text\n");
        assertThat(got.resolve("sub/hard")).hasContent("text\n");
        assertThat(Files.readSymbolicLink(got.resolve("link"))).isEqualTo(Path.of("file"));
        assertThat((int) Files.getAttribute(got.resolve("file"), "unix:mode") & 07777)
                .isEqualTo(04750);
        assertThat(Files.getLastModifiedTime(got.resolve("file")).toMillis()).isEqualTo(1_000_000_000_000L);
        docker("cp", to("/out/link"), here.resolve("as-link").toString());
        assertThat(Files.isSymbolicLink(here.resolve("as-link"))).isTrue();
        docker("cp", "-L", to("/out/link"), here.resolve("followed").toString());
        assertThat(Files.isRegularFile(here.resolve("followed"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void filesComeOutOfAStoppedContainer() throws Exception {
        start();
        inside("echo left behind > /srv/file");
        docker("stop", "-t", "0", name);
        docker("cp", to("/srv/file"), here.resolve("file").toString());
        assertThat(here.resolve("file")).hasContent("left behind\n");
        docker("cp", here.resolve("file").toString(), to("/srv/second"));
        docker("start", name);
        assertThat(inside("cat /srv/second")).isEqualTo("left behind");
    }

    @Test
    void archivesGoThroughStandardStreams() throws Exception {
        start();
        byte[] archive = engine.get("/containers/" + name + "/archive?path=/etc/hostname")
                .body();
        Run run = engine.docker(archive, "cp", "-", to("/srv"));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(inside("cat /srv/hostname")).isEqualTo(inside("hostname"));
    }

    @Test
    void withArchiveModeFilesAreTheContainersUsers() throws Exception {
        create("--user", "1234:4321");
        docker("start", name);
        Path tree = tree();
        docker("cp", "-a", tree.resolve("one").toString(), to("/tmp/mine"));
        docker("cp", tree.resolve("one").toString(), to("/tmp/as-it-was"));
        assertThat(inside("stat -c '%u:%g' /tmp/mine /tmp/as-it-was")).isEqualTo("1234:4321\n0:0");
    }

    @Test
    void whatDoesNotFitIsRefusedInDockersWords() throws Exception {
        start();
        Path tree = tree();
        Run missing = engine.docker("cp", to("/nothing/here"), here.toString());
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.errors()).contains("Could not find the file /nothing/here in container");
        Run into = engine.docker("cp", tree.resolve("one").toString(), to("/nothing/here"));
        assertThat(into.errors()).contains("Could not find the file /nothing in container");
        Run kinds = engine.docker("cp", tree.toString(), to("/etc/hostname"));
        assertThat(kinds.exitCode()).isEqualTo(1);
        assertThat(kinds.errors()).contains("cannot copy directory");
        Answer file = engine.request("PUT", "/containers/" + name + "/archive?path=/etc/hostname", new byte[1024]);
        assertThat(file.status()).isEqualTo(400);
        assertThat(file.text()).contains("extraction point is not a directory");
        Answer noise = engine.request(
                "PUT",
                "/containers/" + name + "/archive?path=/srv",
                "this is no archive".repeat(99).getBytes(StandardCharsets.US_ASCII));
        assertThat(noise.status()).isEqualTo(400);
        assertThat(engine.request("PUT", "/containers/" + name + "-no/archive?path=/", new byte[1024])
                        .status())
                .isEqualTo(404);
        assertThat(engine.get("/containers/" + name + "/archive?path=").status())
                .isEqualTo(400);
    }

    @Test
    void aReadOnlyRootTakesNothing() throws Exception {
        create("--read-only");
        Run run = engine.docker("cp", tree().toString(), to("/srv"));
        assertThat(run.errors()).contains("marked read-only");
        docker("start", name);
        assertThat(engine.docker("cp", here.resolve("tree/one").toString(), to("/srv/one"))
                        .errors())
                .contains("read-only");
    }

    @ParameterizedTest
    @CsvSource({
        "/etc/hostname, hostname, 0",
        "/etc, etc, 2147483648",
        "/etc/, etc, 2147483648",
        "/etc/., ., 2147483648",
        "/, /, 2147483648",
        "/dev/null, null, 69206016",
        "/dev/fd, fd, 134217728"
    })
    void statusTellsKindsAsGoDoes(String path, String expected, long kind) throws Exception {
        start();
        Answer answer = engine.request("HEAD", "/containers/" + name + "/archive?path=" + path, new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        JsonNode status = new JsonMapper()
                .readTree(Base64.getDecoder().decode(answer.headers().get("x-docker-container-path-stat")));
        assertThat(status.path("name").asString()).isEqualTo(expected);
        assertThat(status.path("mode").asLong() & ~0777L).isEqualTo(kind);
    }

    @Test
    void noPathLeadsOutOfTheContainer() throws Exception {
        Path secret = Files.writeString(here.resolve("secret"), "the host's\n");
        start();
        inside("ln -s " + here + " /srv/out; ln -s ../../../../../.." + here + " /srv/up");
        for (String path : List.of(
                "/srv/out/secret",
                "/srv/up/secret",
                "/../../../../.." + secret,
                secret.toString(),
                "/proc/self/root" + secret,
                "/proc/1/cwd/../.." + secret)) {
            assertThat(engine.get("/containers/" + name + "/archive?path=" + path)
                            .status())
                    .as(path)
                    .isIn(400, 404);
        }
        docker("cp", secret.toString(), to("/tmp/planted"));
        assertThat(engine.docker("cp", here.resolve("secret").toString(), to("/srv/out/planted"))
                        .exitCode())
                .isEqualTo(1);
        assertThat(here.resolve("planted")).doesNotExist();
    }

    @Test
    void aContainerThatSwapsADirectoryForALinkNeverReachesTheHost() throws Exception {
        Path target = Files.createDirectories(here.resolve("host"));
        Files.writeString(target.resolve("file"), "the host's\n");
        start();
        inside("mkdir -p /swap/a; echo inside > /swap/a/file; ln -s " + target + " /swap/b");
        docker("exec", "-d", name, "sh", "-c", "cd /swap; while :; do mv a c; mv b a; mv a b; mv c a; done");
        byte[] archive = engine.get("/containers/" + name + "/archive?path=/etc/hostname")
                .body();
        for (int i = 0; i < 300; i++) {
            Answer read = engine.get("/containers/" + name + "/archive?path=/swap/a/file");
            if (read.status() == 200) {
                assertThat(new String(read.body(), StandardCharsets.ISO_8859_1)).doesNotContain("the host's");
            }
            engine.request("PUT", "/containers/" + name + "/archive?path=/swap/a", archive);
        }
        try (var files = Files.list(target)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("file");
        }
    }

    @Test
    void programsOfTheContainerAreNeverRun() throws Exception {
        start();
        inside("for t in tar cp sh gzip xz cat; do p=$(command -v $t) || continue; rm -f $p;"
                + " printf '#!/bin/bash\\necho ran > /ran-%s\\n' $t > $p; /usr/bin/chmod 755 $p; done");
        docker("cp", tree().toString(), to("/srv"));
        docker("cp", to("/srv/tree"), here.resolve("back").toString());
        assertThat(here.resolve("back/one")).hasContent("first\n");
        assertThat(names(engine.get("/containers/" + name + "/export").body()))
                .noneMatch(file -> file.startsWith("ran-"));
    }

    @Test
    void exportIsTheWholeFilesystemWithoutWhatIsMounted() throws Exception {
        start();
        inside("mkdir -p /made/here; echo x > /made/here/file; rm /etc/passwd");
        List<String> running =
                names(engine.get("/containers/" + name + "/export").body());
        assertThat(running)
                .contains("made/here/file", "etc/", "proc/", "dev/", "sys/")
                .doesNotContain("etc/passwd", "dev/null", "proc/1/");
        docker("stop", "-t", "0", name);
        docker("export", "-o", here.resolve("all.tar").toString(), name);
        assertThat(names(Files.readAllBytes(here.resolve("all.tar"))))
                .contains("made/here/file", "etc/")
                .doesNotContain("etc/passwd");
        assertThat(engine.docker("export", name + "-no").errors()).contains("No such container");
    }

    private static List<String> names(byte[] archive) throws Exception {
        List<String> names = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void whatIsMountedIsNotReplaced() throws Exception {
        start();
        Path file = Files.writeString(here.resolve("hosts"), "127.0.0.1 other");
        Run run = engine.docker("cp", file.toString(), name + ":/etc/hosts");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains("device or resource busy");
        assertThat(docker("exec", name, "sh", "-c", "grep -c ' /etc/hosts ' /proc/mounts"))
                .isEqualTo("1");
    }
}
