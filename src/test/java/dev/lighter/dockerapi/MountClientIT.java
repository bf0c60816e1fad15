package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import dev.lighter.launch.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is mounted into containers besides volumes, by the docker command line: directories, files, memory, images. */
@ExtendWith(EngineExtension.class)
class MountClientIT {
    private final Engine engine;
    private final String name = "mount-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    Path here;

    MountClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1&v=1");
    }

    private String run(String option, String value, String script) throws Exception {
        return engine.dockerOutput(
                "run", "--rm", "--network", "none", option, value, "lighter/host", "sh", "-c", script);
    }

    private void fails(String words, String... arguments) throws Exception {
        Run run = engine.docker(arguments);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(words);
    }

    private static long mountsOfThisMachine() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).size();
    }

    @Test
    void aDirectoryOfTheHostIsSeenAndWritten() throws Exception {
        Files.writeString(here.resolve("in"), "from the host");
        assertThat(run("-v", here + ":/work", "cat /work/in; echo out > /work/out"))
                .isEqualTo("from the host");
        assertThat(Files.readString(here.resolve("out"))).isEqualTo("out\n");
    }

    @Test
    void aMissingDirectoryIsMadeForTheShortForm() throws Exception {
        assertThat(run("-v", here + "/a/b:/work", "ls -A /work")).isEmpty();
        assertThat(here.resolve("a/b")).isDirectory();
    }

    @Test
    void aMissingDirectoryIsRefusedByTheLongForm() throws Exception {
        fails(
                "bind source path does not exist: " + here + "/missing",
                "run",
                "--rm",
                "--mount",
                "type=bind,src=" + here + "/missing,dst=/x",
                "lighter/host",
                "true");
        assertThat(here.resolve("missing")).doesNotExist();
    }

    @Test
    void aSourceThatGoesAwayKeepsTheContainerFromStarting() throws Exception {
        Path gone = Files.createDirectory(here.resolve("gone"));
        engine.dockerOutput(
                "create", "--name", name, "--mount", "type=bind,src=" + gone + ",dst=/x", "lighter/host", "true");
        Files.delete(gone);
        long before = mountsOfThisMachine();
        fails(gone.toString(), "start", name);
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Status}} {{.State.Error}}", name))
                .startsWith("created ")
                .contains(gone.toString());
        assertThat(mountsOfThisMachine()).isEqualTo(before);
    }

    @Test
    void aFileIsMountedOnAFile() throws Exception {
        Path file = Files.writeString(here.resolve("file"), "content");
        assertThat(run("-v", file + ":/etc/own.conf:ro", "cat /etc/own.conf; echo x > /etc/own.conf || echo closed"))
                .startsWith("content")
                .endsWith("closed");
        assertThat(run("-v", file + ":/etc/hosts", "cat /etc/hosts")).isEqualTo("content");
        assertThat(run("-v", file + ":/etc/passwd", "cat /etc/passwd")).isEqualTo("content");
    }

    @Test
    void aDirectoryOnAFileIsRefusedWithAHint() throws Exception {
        fails("not a directory", "run", "--rm", "-v", here + ":/etc/passwd", "lighter/host", "true");
        fails(
                "Check if the specified host path exists and is the expected type",
                "run",
                "--rm",
                "-v",
                here + ":/etc/passwd",
                "lighter/host",
                "true");
    }

    @Test
    void readOnlyHoldsForAllThatIsMountedBelow() throws Exception {
        Path below = Files.createDirectory(here.resolve("below"));
        try (HostMount memory = new HostMount(below)) {
            assertThat(memory.at()).isEqualTo(below);
            assertThat(run(
                            "-v",
                            here + ":/x:ro",
                            "touch /x/f 2>/dev/null || echo no; touch /x/below/f 2>/dev/null || echo no"))
                    .isEqualTo("no\nno");
            assertThat(run(
                            "--mount",
                            "type=bind,src=" + here + ",dst=/x,readonly,bind-recursive=writable",
                            "touch /x/f 2>/dev/null || echo no; touch /x/below/f && echo yes"))
                    .isEqualTo("no\nyes");
            assertThat(run("--mount", "type=bind,src=" + here + ",dst=/x,bind-recursive=disabled", "ls -A /x/below"))
                    .isEmpty();
            assertThat(run(
                            "--mount",
                            "type=bind,src=" + here
                                    + ",dst=/x,readonly,bind-propagation=rprivate,bind-recursive=readonly",
                            "touch /x/below/g 2>/dev/null || echo no"))
                    .isEqualTo("no");
        }
    }

    @Test
    void mountsOfTheHostReachAContainerThatWantsThem() throws Exception {
        try (HostMount outer = new HostMount(here)) {
            assertThat(outer.at()).isEqualTo(here);
            outer.share();
            Path late = Files.createDirectory(here.resolve("late"));
            engine.dockerOutput(
                    "run",
                    "-d",
                    "--name",
                    name,
                    "-v",
                    here + ":/private",
                    "-v",
                    here + ":/slave:rslave",
                    "lighter/host",
                    "sleep",
                    "1000");
            try (HostMount inner = new HostMount(late)) {
                Files.createFile(inner.at().resolve("seen"));
                assertThat(engine.dockerOutput("exec", name, "ls", "/slave/late"))
                        .isEqualTo("seen");
                assertThat(engine.dockerOutput("exec", name, "ls", "/private/late"))
                        .isEmpty();
            }
            engine.delete("/containers/" + name + "?force=1");
        }
    }

    @Test
    void propagationFromAPrivateMountIsRefused() throws Exception {
        try (HostMount outer = new HostMount(here)) {
            outer.unshare();
            fails(
                    "is mounted on " + here + " but it is not a shared mount",
                    "run",
                    "--rm",
                    "-v",
                    here + ":/x:rshared",
                    "lighter/host",
                    "true");
        }
    }

    @Test
    void memoryIsAsLargeAsItWasAskedFor() throws Exception {
        assertThat(run(
                        "--tmpfs",
                        "/t:size=64k,mode=1700,uid=7,gid=8",
                        "stat -c '%a %u %g' /t; df -k /t | tail -1 | tr -s ' ' | cut -d' ' -f2"))
                .isEqualTo("1700 7 8\n64");
        assertThat(run("--tmpfs", "/t", "grep ' /t ' /proc/self/mountinfo"))
                .contains("nosuid")
                .contains("nodev")
                .contains("noexec");
        assertThat(run("--tmpfs", "/t:exec,ro", "grep ' /t ' /proc/self/mountinfo"))
                .contains("ro,")
                .doesNotContain("noexec");
        assertThat(run(
                        "--mount",
                        "type=tmpfs,dst=/t,tmpfs-size=8192,tmpfs-mode=0710",
                        "stat -c %a /t; df -k /t | tail -1 | tr -s ' ' | cut -d' ' -f2"))
                .isEqualTo("710\n8");
    }

    @Test
    void memoryIsEmptyAtEachStart() throws Exception {
        engine.dockerOutput(
                "create", "--name", name, "--tmpfs", "/t", "lighter/host", "sh", "-c", "ls -A /t; touch /t/x");
        assertThat(engine.dockerOutput("start", "-a", name)).isEmpty();
        assertThat(engine.dockerOutput("start", "-a", name)).isEmpty();
        assertThat(engine.dockerOutput("inspect", "-f", "{{.HostConfig.Tmpfs}}", name))
                .isEqualTo("map[/t:]");
    }

    @Test
    void anImageIsMountedReadOnly() throws Exception {
        assertThat(run(
                        "--mount",
                        "type=image,src=lighter/host,dst=/image",
                        "test -x /image/bin/sh && echo there; touch /image/x 2>/dev/null || echo closed"))
                .isEqualTo("there\nclosed");
        assertThat(run(
                        "--mount",
                        "type=image,src=lighter/host,dst=/image,image-subpath=etc",
                        "test -e /image/passwd && echo there"))
                .isEqualTo("there");
        fails("No such image", "run", "--rm", "--mount", "type=image,src=no/such/image,dst=/x", "lighter/host", "true");
    }

    @Test
    void whatIsMountedBelowAnotherComesAfterIt() throws Exception {
        Files.createDirectory(here.resolve("one"));
        Files.writeString(here.resolve("one/f"), "inner");
        assertThat(engine.dockerOutput(
                        "run",
                        "--rm",
                        "-v",
                        here + "/one:/a/b/c",
                        "--tmpfs",
                        "/a",
                        "-v",
                        here + ":/a/b",
                        "lighter/host",
                        "sh",
                        "-c",
                        "cat /a/b/c/f; ls /a/b/one"))
                .isEqualTo("innerf");
    }

    @Test
    void inspectShowsMountsAsDockerDoes() throws Exception {
        engine.dockerOutput(
                "create",
                "--name",
                name,
                "-v",
                here + ":/bind:ro",
                "--mount",
                "type=tmpfs,dst=/memory",
                "lighter/host",
                "true");
        assertThat(engine.dockerOutput("inspect", "-f", "{{json .HostConfig.Binds}}", name))
                .isEqualTo("[\"" + here + ":/bind:ro\"]");
        assertThat(engine.dockerOutput(
                        "inspect",
                        "-f",
                        "{{range .Mounts}}{{.Type}} {{.Source}} {{.Destination}} {{.Mode}} {{.RW}} {{.Propagation}};{{end}}",
                        name))
                .isEqualTo("bind " + here + " /bind ro false rprivate;tmpfs  /memory  true ;");
        assertThat(engine.dockerOutput(
                        "inspect", "-f", "{{range .HostConfig.Mounts}}{{.Type}} {{.Target}}{{end}}", name))
                .isEqualTo("tmpfs /memory");
    }

    @Test
    void aReadOnlyRootLeavesMountsWritable() throws Exception {
        assertThat(engine.dockerOutput(
                        "run",
                        "--rm",
                        "--read-only",
                        "-v",
                        here + ":/new/place",
                        "--tmpfs",
                        "/t",
                        "lighter/host",
                        "sh",
                        "-c",
                        "touch /new/place/x /t/x && echo ok; touch /x 2>/dev/null || echo closed"))
                .isEqualTo("ok\nclosed");
    }

    @Test
    void aPlaceThatIsALinkLeadsNowhereElse() throws Exception {
        engine.dockerOutput(
                "create",
                "--name",
                name,
                "-v",
                here + ":/link/below",
                "lighter/host",
                "sh",
                "-c",
                "ls -la /etc/below; touch /link/below/x");
        Path link = here.resolve("link");
        Files.createSymbolicLink(link, Path.of("/etc"));
        engine.dockerOutput("cp", link.toString(), name + ":/link");
        engine.dockerOutput("start", "-a", name);
        assertThat(here.resolve("x")).exists();
        assertThat(Path.of("/etc/below")).doesNotExist();
    }

    /** As Docker does it. */
    @Test
    void aPlaceThatIsALinkToNowhereIsMadeWhereTheLinkLeads() throws Exception {
        Files.writeString(here.resolve("x"), "here");
        Path file = Files.writeString(here.resolve("file"), "one");
        TarBytes links = new TarBytes()
                .symlink("direct", "/made/deep")
                .symlink("chain", "second")
                .symlink("second", "../../made/chain/")
                .symlink("up", "/../../srv/up")
                .symlink("file", "srv/f/ile");
        TestImage image = TestImage.of(HostRoot.layer(here.resolve("root"), "sh", "cat", "readlink", "stat"), links);
        assertThat(engine.request("POST", "/images/load?quiet=1", image.dockerArchive(name + ":latest"))
                        .status())
                .isEqualTo(200);
        try {
            engine.dockerOutput(
                    "create",
                    "--name",
                    name,
                    "-v",
                    here + ":/direct",
                    "-v",
                    here + ":/chain",
                    "-v",
                    here + ":/up/below/it",
                    "-v",
                    file + ":/file",
                    name,
                    "sh",
                    "-c",
                    "cat /made/deep/x /made/chain/x /srv/up/below/it/x /srv/f/ile; readlink /direct /chain /up /file;"
                            + " stat -c '%F %u %g' /made /srv/up/below /srv/f/ile");
            for (int i = 0; i < 2; i++) {
                assertThat(engine.dockerOutput("start", "-a", name))
                        .isEqualTo("hereherehereone/made/deep\nsecond\n/../../srv/up\nsrv/f/ile\n"
                                + "directory 0 0\ndirectory 0 0\nregular file 0 0");
            }
            assertThat(Path.of("/made")).doesNotExist();
            assertThat(Path.of("/srv/up")).doesNotExist();
        } finally {
            engine.delete("/containers/" + name + "?force=1");
            engine.delete("/images/" + name + "?force=1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Binds\":[\"/only\"]} | invalid volume specification: '/only'",
                "{\"Binds\":[\"/a:b\"]} | mount path must be absolute",
                "{\"Binds\":[\"/a:/\"]} | destination can't be '/'",
                "{\"Binds\":[\"/a:/b:wrong\"]} | invalid mode: wrong",
                "{\"Binds\":[\"/a:/b:ro,rw\"]} | invalid mode: ro,rw",
                "{\"Binds\":[\"/a:/b:nocopy\"]} | invalid mode: nocopy",
                "{\"Binds\":[\"/a:/b\",\"/c:/b\"]} | Duplicate mount point: /b",
                "{\"Binds\":[\"/a:/proc/sys\"]} | because it is inside /proc",
                "{\"Binds\":[\"a!b:/x\"]} | includes invalid characters for a local volume name",
                "{\"Binds\":\"/a:/b\"} | Binds",
                "{\"Binds\":[null]} | Binds",
                "{\"Mounts\":[{\"Target\":\"/x\"}]} | Mounts.Type must not be empty",
                "{\"Mounts\":[{\"Type\":\"wrong\",\"Target\":\"/x\"}]} | mount type unknown",
                "{\"Mounts\":[{\"Type\":\"bind\",\"Target\":\"/x\"}]} | field Source must not be empty",
                "{\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"abc\"}]} | field Target must not be empty",
                "{\"Mounts\":[{\"Type\":\"tmpfs\",\"Source\":\"abc\",\"Target\":\"/x\"}]} | field Source must not be specified",
                "{\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/x\",\"BindOptions\":{}}]} | field BindOptions must not be specified",
                "{\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/x\",\"TmpfsOptions\":{\"SizeBytes\":-1}}]} | SizeBytes must not be negative",
                "{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/tmp\",\"Target\":\"/x\",\"BindOptions\":{\"Propagation\":\"odd\"}}]} | invalid propagation mode: odd",
                "{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/tmp\",\"Target\":\"/x\",\"BindOptions\":{\"ReadOnlyForceRecursive\":true}}]} | need ReadOnly",
                "{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/x\",\"VolumeOptions\":{\"Subpath\":\"a\"}}]} | anonymous volumes",
                "{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/x\",\"Consistency\":\"odd\"}]} | invalid consistency: odd",
                "{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/x\",\"ClusterOptions\":{\"a\":1}}]} | ClusterOptions",
                "{\"Tmpfs\":{\"/x\":\"odd\"}} | invalid tmpfs option \"odd\"",
                "{\"Tmpfs\":{\"/x\":\"size=huge\"}} | invalid value in tmpfs option",
                "{\"Tmpfs\":{\"/\":\"\"}} | destination can't be '/'",
                "{\"VolumesFrom\":[\"nobody:odd\"]} | invalid mode: odd",
                "{\"VolumeDriver\":\"odd\",\"Binds\":[\"abc:/x\"]} | plugin \"odd\" not found",
            })
    void whatMakesNoSenseIsRefused(String host, String words) throws Exception {
        String body = "{\"Image\":\"lighter/host\",\"Cmd\":[\"true\"],\"HostConfig\":" + host + "}";
        var answer = engine.post("/containers/create?name=" + name, body);
        assertThat(answer.status()).isBetween(400, 404);
        assertThat(answer.json().path("message").asString()).contains(words);
        assertThat(engine.get("/containers/" + name + "/json").status()).isEqualTo(404);
    }

    /** A filesystem in memory on a directory of the host, made by mount(8). */
    private static final class HostMount implements AutoCloseable {
        private final Path at;

        HostMount(Path at) throws Exception {
            this.at = at;
            command("mount", "-t", "tmpfs", "lighter-test", at.toString());
        }

        Path at() {
            return at;
        }

        void share() throws Exception {
            command("mount", "--make-shared", at.toString());
        }

        void unshare() throws Exception {
            command("mount", "--make-private", at.toString());
        }

        private static void command(String... words) throws Exception {
            List<String> command = new ArrayList<>(List.of(words));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        }

        @Override
        public void close() throws Exception {
            command("umount", at.toString());
        }
    }
}
