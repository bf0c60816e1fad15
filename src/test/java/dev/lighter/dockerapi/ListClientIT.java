package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.SocketHttp;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import dev.lighter.kernel.Arch;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Lists of containers with all their filters and formats, inspection, changed files and waits, by the docker command line. */
@ExtendWith(EngineExtension.class)
class ListClientIT {
    private final Engine engine;
    private final String mark = "list-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<String> made = new ArrayList<>();

    ListClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        for (String name : made) {
            engine.delete("/containers/" + name + "?force=1&v=1");
        }
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private String make(String verb, String suffix, String... rest) throws Exception {
        String name = mark + "-" + suffix;
        made.add(name);
        List<String> arguments = new ArrayList<>(List.of(verb, "--name", name, "--label", "mark=" + mark));
        if (verb.equals("run")) {
            arguments.add(1, "-d");
        }
        arguments.addAll(List.of(rest));
        docker(arguments.toArray(String[]::new));
        return name;
    }

    private String run(String suffix, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("lighter/host", "sleep", "1000"));
        return make("run", suffix, all.toArray(String[]::new));
    }

    private String create(String suffix, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("lighter/host", "sleep", "1000"));
        return make("create", suffix, all.toArray(String[]::new));
    }

    /** The last parts of the names of this test's containers in a list, newest first. */
    private List<String> ps(String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("ps", "--filter", "label=mark=" + mark, "--format", "{{.Names}}"));
        arguments.addAll(List.of(options));
        return docker(arguments.toArray(String[]::new))
                .lines()
                .map(name -> name.substring(mark.length() + 1))
                .toList();
    }

    @Test
    void statesAndExitCodesChoose() throws Exception {
        run("up");
        run("paused");
        docker("pause", mark + "-paused");
        create("new");
        make("run", "failed", "lighter/host", "sh", "-c", "exit 7");
        docker("wait", mark + "-failed");
        assertThat(ps()).isEqualTo(List.of("paused", "up"));
        assertThat(ps("-a")).isEqualTo(List.of("failed", "new", "paused", "up"));
        assertThat(ps("--filter", "status=paused")).isEqualTo(List.of("paused"));
        assertThat(ps("--filter", "status=created", "--filter", "status=exited"))
                .isEqualTo(List.of("failed", "new"));
        assertThat(ps("--filter", "exited=7")).isEqualTo(List.of("failed"));
        assertThat(ps("-a", "--filter", "exited=0")).isEmpty();
        assertThat(ps("-n", "2")).isEqualTo(List.of("failed", "new"));
        assertThat(ps("-a", "--filter", "since=" + mark + "-paused")).isEqualTo(List.of("failed", "new"));
        assertThat(ps("-a", "--filter", "before=" + mark + "-new")).isEqualTo(List.of("paused", "up"));
        assertThat(docker("ps", "-a", "--filter", "name=" + mark + "-failed", "--format", "{{.Status}}"))
                .startsWith("Exited (7) ");
    }

    @Test
    void namesAndIdsChoose() throws Exception {
        run("one");
        create("two");
        String id = docker("inspect", "-f", "{{.Id}}", mark + "-one");
        assertThat(ps("-a", "--filter", "name=" + mark)).isEqualTo(List.of("two", "one"));
        assertThat(ps("-a", "--filter", "name=^/?" + mark + "-t.o$")).isEqualTo(List.of("two"));
        assertThat(ps("-a", "--filter", "id=" + id.substring(0, 10))).isEqualTo(List.of("one"));
        assertThat(ps("-a", "--filter", "is-task=true")).isEmpty();
        assertThat(ps("-a", "--filter", "isolation=default")).isEqualTo(List.of("two", "one"));
        assertThat(ps("-a", "--filter", "label=none")).isEmpty();
    }

    @Test
    void networksPortsAndVolumesChoose() throws Exception {
        docker("network", "create", mark);
        try {
            run("netted", "--network", mark, "-p", "127.0.0.1::4711", "--expose", "9000/udp");
            run("mounted", "-v", mark + ":/data");
            run("plain");
            assertThat(ps("--filter", "network=" + mark)).isEqualTo(List.of("netted"));
            assertThat(ps("--filter", "publish=4711")).isEqualTo(List.of("netted"));
            assertThat(ps("--filter", "publish=9000/udp")).isEmpty();
            assertThat(ps("--filter", "expose=9000/udp")).isEqualTo(List.of("netted"));
            assertThat(ps("--filter", "expose=4000-5000")).isEqualTo(List.of("netted"));
            assertThat(ps("--filter", "volume=" + mark)).isEqualTo(List.of("mounted"));
            assertThat(ps("--filter", "volume=/data")).isEqualTo(List.of("mounted"));
            assertThat(docker("ps", "--filter", "name=" + mark + "-netted", "--format", "{{.Networks}} {{.Ports}}"))
                    .startsWith(mark + " ")
                    .containsPattern("127\\.0\\.0\\.1:\\d+->4711/tcp")
                    .contains("9000/udp");
        } finally {
            remove();
            docker("network", "rm", mark);
            docker("volume", "rm", mark);
        }
    }

    @Test
    void ancestorsChooseWithTheirDescendants() throws Exception {
        TarBytes bottom = new TarBytes().file("a", "a" + mark);
        TestImage below = TestImage.of(bottom).on(Arch.host().ociName());
        TestImage above = TestImage.of(bottom, new TarBytes().file("b", "b"))
                .on(Arch.host().ociName());
        assertThat(engine.request("POST", "/images/load", below.dockerArchive(mark + ":below"))
                        .status())
                .isEqualTo(200);
        assertThat(engine.request("POST", "/images/load", above.dockerArchive(mark + ":above"))
                        .status())
                .isEqualTo(200);
        try {
            make("create", "below", mark + ":below", "/a");
            make("create", "above", mark + ":above", "/a");
            assertThat(ps("-a", "--filter", "ancestor=" + mark + ":below")).isEqualTo(List.of("above", "below"));
            assertThat(ps("-a", "--filter", "ancestor=" + mark + ":above")).isEqualTo(List.of("above"));
            assertThat(ps("-a", "--filter", "ancestor=" + above.id())).isEqualTo(List.of("above"));
            assertThat(ps("-a", "--filter", "ancestor=" + above.id().substring(7, 19)))
                    .isEqualTo(List.of("above"));
            assertThat(ps("-a", "--filter", "ancestor=lighter/host")).isEmpty();
            assertThat(ps("-a", "--filter", "ancestor=no-such")).isEmpty();
        } finally {
            remove();
            docker("rmi", mark + ":below", mark + ":above");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"status\":[\"sleeping\"]}|400",
                "{\"health\":[\"fine\"]}|400",
                "{\"exited\":[\"many\"]}|400",
                "{\"colour\":[\"red\"]}|400",
                "{\"is-task\":[\"maybe\"]}|400",
                "{\"name\":[\"(\"]}|400",
                "{\"publish\":[\"80:80\"]}|400",
                "{\"before\":[\"no-such-container\"]}|404",
                "[|400"
            })
    void badFiltersAreRefused(String filters, int status) throws Exception {
        Answer answer =
                engine.get("/containers/json?all=1&filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8));
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    }

    /** A list is put together from pieces that are kept: each change must be seen at once. */
    @Test
    void listsShowEveryChange() throws Exception {
        String name = create("changing");
        String filter = "/containers/json?all=1&filters=%7B%22label%22:%5B%22mark=" + mark + "%22%5D%7D";
        assertThat(engine.get(filter).json().get(0).path("State").asString()).isEqualTo("created");
        docker("start", name);
        JsonNode running = engine.get(filter).json().get(0);
        assertThat(running.path("State").asString()).isEqualTo("running");
        assertThat(running.path("NetworkSettings")
                        .path("Networks")
                        .path("bridge")
                        .path("IPAddress")
                        .asString())
                .isNotEmpty();
        docker("pause", name);
        assertThat(engine.get(filter).json().get(0).path("Status").asString()).endsWith("(Paused)");
        docker("unpause", name);
        docker("network", "create", mark);
        try {
            docker("network", "connect", "--alias", "alias", mark, name);
            assertThat(engine.get(filter)
                            .json()
                            .get(0)
                            .path("NetworkSettings")
                            .path("Networks")
                            .propertyNames())
                    .contains(mark, "bridge");
            assertThat(engine.get("/v1.43" + filter)
                            .json()
                            .get(0)
                            .path("NetworkSettings")
                            .path("Networks")
                            .path(mark)
                            .path("Aliases")
                            .toString())
                    .contains(engine.get(filter)
                            .json()
                            .get(0)
                            .path("Id")
                            .asString()
                            .substring(0, 12));
            assertThat(engine.get(filter)
                            .json()
                            .get(0)
                            .path("NetworkSettings")
                            .path("Networks")
                            .path(mark)
                            .path("Aliases")
                            .toString())
                    .isEqualTo("[\"alias\"]");
            docker("network", "disconnect", mark, name);
        } finally {
            docker("network", "rm", mark);
        }
        docker("rename", name, name + "-2");
        made.add(name + "-2");
        assertThat(engine.get(filter).json().get(0).path("Names").get(0).asString())
                .isEqualTo("/" + name + "-2");
        docker("rm", "-f", name + "-2");
        assertThat(engine.get(filter).text()).isEqualTo("[]");
    }

    @Test
    void sizesAreShownWhenAsked() throws Exception {
        String name = run("sized");
        docker("exec", name, "sh", "-c", "head -c 3000000 /dev/zero > /big");
        assertThat(docker("ps", "--size", "--filter", "name=" + name, "--format", "{{.Size}}"))
                .matches("3(\\.\\d+)?MB \\(virtual \\d+(\\.\\d+)?MB\\)");
        assertThat(Long.parseLong(docker("inspect", "--size", "-f", "{{.SizeRw}}", name)))
                .isBetween(3_000_000L, 3_100_000L);
        assertThat(engine.get("/containers/" + name + "/json").json().has("SizeRw"))
                .isFalse();
    }

    @Test
    void inspectionTellsWhereEverythingIs() throws Exception {
        String name = run("inspected");
        JsonNode seen = engine.get("/containers/" + name + "/json").json();
        assertThat(seen.path("ExecIDs").isNull()).isTrue();
        assertThat(seen.path("Driver").asString()).isEqualTo("overlay2");
        assertThat(seen.path("Platform").asString()).isEqualTo("linux");
        assertThat(seen.path("RestartCount").asInt(-1)).isZero();
        JsonNode data = seen.path("GraphDriver").path("Data");
        docker("exec", name, "touch", "/here");
        assertThat(Path.of(data.path("UpperDir").asString(), "here")).exists();
        assertThat(Path.of(data.path("MergedDir").asString(), "here")).exists();
        assertThat(Path.of(data.path("LowerDir").asString().split(":")[0])).isDirectory();
        assertThat(Path.of(seen.path("LogPath").asString())).exists();
        docker("exec", "-d", name, "sleep", "1000");
        JsonNode execs = engine.get("/containers/" + name + "/json").json().path("ExecIDs");
        assertThat(execs.size()).isEqualTo(1);
        assertThat(engine.get("/exec/" + execs.get(0).asString() + "/json")
                        .json()
                        .path("Running")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void changedFilesAreListedRunningAndStopped() throws Exception {
        String name = run("changed", "--tmpfs", "/scratch", "-w", "/work");
        assertThat(docker("diff", run("fresh", "-v", "/deep/down/data"))).isEmpty();
        docker(
                "exec",
                name,
                "sh",
                "-c",
                "mkdir -p /new/dir; echo x > /new/dir/file; chmod 600 /etc/passwd; rm /etc/hostname 2>/dev/null;"
                        + " rm -r /usr/bin/env; mkdir /usr/bin/env; rm -r /var; mkdir /var; echo y > /var/own; : >> /etc/group;"
                        + " echo z > /scratch/unseen; echo w > /work/here");
        List<String> expected = List.of(
                "C /etc",
                "C /etc/passwd",
                "A /new",
                "A /new/dir",
                "A /new/dir/file",
                "C /usr",
                "C /usr/bin",
                "C /usr/bin/env",
                "C /var",
                "A /var/own",
                "A /work",
                "A /work/here");
        List<String> running = docker("diff", name).lines().toList();
        assertThat(running).containsSubsequence(expected);
        assertThat(running).contains("D /var/tmp").doesNotContain("C /etc/group", "A /scratch", "C /etc/hostname");
        docker("stop", "-t", "0", name);
        assertThat(docker("diff", name).lines()).isEqualTo(running);
        JsonNode ours =
                engine.get("/api/containers/" + name + "/changes?limit=2").json();
        assertThat(ours.path("truncated").asBoolean()).isTrue();
        assertThat(ours.path("changes").get(0).toString()).contains("/etc").contains("modified");
        assertThat(engine.get("/containers/no-such/changes").status()).isEqualTo(404);
        assertThat(engine.get("/containers/" + name + "/changes").json().get(0).toString())
                .isEqualTo("{\"Path\":\"/etc\",\"Kind\":0}");
    }

    @Test
    void waitsAreAnsweredWhateverComes() throws Exception {
        String first = make("run", "first", "lighter/host", "sh", "-c", "sleep 0.3; exit 5");
        String second = make("run", "second", "lighter/host", "sh", "-c", "exit 6");
        assertThat(docker("wait", first, second).lines()).containsExactly("5", "6");
        String waiting = create("waiting");
        Process next = engine.startDocker("wait", waiting);
        assertThat(engine.finished(next).output().strip()).isEqualTo("0");
        try (SocketHttp nextExit = new SocketHttp(engine.socket());
                SocketHttp removed = new SocketHttp(engine.socket())) {
            nextExit.send("POST", "/containers/" + waiting + "/wait?condition=next-exit", Map.of(), new byte[0]);
            removed.send("POST", "/containers/" + waiting + "/wait?condition=removed", Map.of(), new byte[0]);
            assertThat(nextExit.receiveHead().status()).isEqualTo(200);
            assertThat(removed.receiveHead().status()).isEqualTo(200);
            docker("rm", waiting);
            assertThat(new String(removed.chunk(), StandardCharsets.UTF_8)).contains("\"StatusCode\":0");
            assertThat(new String(nextExit.chunk(), StandardCharsets.UTF_8)).contains("\"StatusCode\":0");
        }
        String again = make("run", "again", "--restart", "always", "lighter/host", "sh", "-c", "sleep 0.3; exit 4");
        assertThat(docker("wait", again)).isEqualTo("4");
        assertThat(engine.post("/containers/" + again + "/wait?condition=soon").status())
                .isEqualTo(400);
    }

    @Test
    void aContainerThatIsRemovedAtItsEndSurvivesARestart() throws Exception {
        String name = run("kept", "--rm");
        for (int i = 0; i < 5; i++) {
            docker("restart", "-t", "0", name);
            assertThat(docker("inspect", "-f", "{{.State.Status}}", name)).isEqualTo("running");
        }
        docker("kill", name);
        for (int i = 0; i < 500 && engine.get("/containers/" + name + "/json").status() == 200; i++) {
            Thread.sleep(20);
        }
        assertThat(engine.get("/containers/" + name + "/json").status()).isEqualTo(404);
    }

    /** The archive is larger than what a connection holds, and nobody reads it. */
    @Test
    void aSlowReaderOfAStoppedContainersFilesDoesNotKeepItFromStarting() throws Exception {
        String name = create("archived");
        byte[] archive = new TarBytes().file("large", new byte[40_000_000]).bytes();
        assertThat(engine.request("PUT", "/containers/" + name + "/archive?path=/", archive)
                        .status())
                .isEqualTo(200);
        try (SocketHttp reader = new SocketHttp(engine.socket())) {
            reader.send("GET", "/containers/" + name + "/archive?path=/large", Map.of(), new byte[0]);
            assertThat(reader.receiveHead().status()).isEqualTo(200);
            docker("start", name);
            assertThat(docker("exec", name, "sh", "-c", "wc -c < /large")).isEqualTo("40000000");
            docker("rm", "-f", name);
            long read = 0;
            for (int chunk = reader.skipChunk(); chunk > 0; chunk = reader.skipChunk()) {
                read += chunk;
            }
            assertThat(read).isGreaterThan(40_000_000);
        }
    }

    @Test
    void aRestartThatFailsIsTriedAgain() throws Exception {
        docker("network", "create", mark);
        String name = make(
                "run",
                "stubborn",
                "--restart",
                "always",
                "--network",
                mark,
                "lighter/host",
                "sh",
                "-c",
                "test -e /ran && exec sleep 1000; touch /ran; sleep 1; exit 1");
        docker("network", "disconnect", "-f", mark, name);
        docker("network", "rm", mark);
        try {
            String error = "";
            for (int i = 0; i < 500 && error.isEmpty(); i++) {
                Thread.sleep(20);
                error = docker("inspect", "-f", "{{.State.Error}}", name);
            }
            assertThat(error).contains(mark);
            docker("network", "create", mark);
            for (int i = 0; i < 1000 && !error.equals("running"); i++) {
                Thread.sleep(20);
                error = docker("inspect", "-f", "{{.State.Status}} {{.State.Error}}", name);
            }
            assertThat(error).isEqualTo("running");
        } finally {
            remove();
            engine.delete("/networks/" + mark);
        }
    }
}
