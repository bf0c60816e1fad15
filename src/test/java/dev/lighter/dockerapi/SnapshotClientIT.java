package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.PostgresImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Snapshots of containers that run, and copies of these, beside the docker command line. */
@ExtendWith(EngineExtension.class)
class SnapshotClientIT {
    private final Engine engine;
    private final String name = "snap-" + UUID.randomUUID().toString().substring(0, 8);

    SnapshotClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        for (JsonNode container : engine.get("/containers/json?all=1").json()) {
            if (container.path("Names").get(0).asString().startsWith("/" + name)) {
                engine.delete("/containers/" + container.path("Id").asString() + "?force=1&v=1");
            }
        }
        engine.delete("/api/snapshots/" + name);
        engine.delete("/volumes/" + name + "?force=1");
        engine.delete("/images/" + PostgresImage.NAME + "?force=1");
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private JsonNode posted(String path, String body) throws Exception {
        Answer answer = engine.post(path, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    private void runOriginal(String usersMode) throws Exception {
        Answer created = engine.post(
                "/containers/create?name=" + name,
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"1000\"],\"ExposedPorts\":{\"80/tcp\":{}},"
                        + "\"Volumes\":{\"/anonymous\":{}},\"HostConfig\":{\"UsernsMode\":\"" + usersMode
                        + "\",\"Binds\":[\"" + name + ":/data\",\"/etc/hostname:/bound:ro\"],\"Tmpfs\":{\"/mem\":\"\"},"
                        + "\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"\"}]}}}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        docker("start", name);
        docker(
                "exec",
                name,
                "sh",
                "-c",
                "echo first > /srv/own; echo first > /data/file; chown 7:8 /data/file; chmod 750 /data;"
                        + " echo first > /anonymous/file; echo first > /mem/file");
    }

    private String copy(int number) {
        return name + "-" + number;
    }

    private String names(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            names.add('"' + copy(i) + '"');
        }
        return "{\"names\":[" + String.join(",", names) + "]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "private"})
    void copiesBeginWithTheSameFilesAndShareNothingAfterwards(String usersMode) throws Exception {
        runOriginal(usersMode);
        String images = docker("images", "-a", "-q");
        JsonNode snapshot =
                posted("/api/containers/" + name + "/snapshot", "{\"name\":\"" + name + "\",\"labels\":{\"a\":\"b\"}}");
        docker("exec", name, "sh", "-c", "echo later > /srv/own; echo later > /data/file");
        JsonNode copies = posted("/api/snapshots/" + name + "/copies?count=2", names(2));
        assertThat(copies).hasSize(2);
        assertThat(copies.get(0).path("ports").get(0).path("hostPort").asInt())
                .isPositive()
                .isNotEqualTo(
                        copies.get(1).path("ports").get(0).path("hostPort").asInt());
        for (int i = 1; i <= 2; i++) {
            assertThat(docker(
                            "exec",
                            copy(i),
                            "sh",
                            "-c",
                            "cat /srv/own /data/file /anonymous/file; stat -c '%u:%g' /data/file; stat -c %a /data;"
                                    + " ls /mem; cat /bound"))
                    .isEqualTo("first\nfirst\nfirst\n7:8\n750\n"
                            + Files.readString(Path.of("/etc/hostname")).strip());
            docker("exec", copy(i), "sh", "-c", "echo copy-" + i + " | tee /srv/own /data/file /data/new");
        }
        for (int i = 1; i <= 2; i++) {
            assertThat(docker("exec", copy(i), "cat", "/srv/own", "/data/file", "/data/new"))
                    .isEqualTo(("copy-" + i + "\n").repeat(3).strip());
        }
        assertThat(docker("exec", name, "cat", "/srv/own", "/data/file")).isEqualTo("later\nlater");
        assertThat(docker("diff", copy(1)).lines()).contains("A /srv/own");
        assertThat(docker("inspect", "-f", "{{.Image}}", copy(1)))
                .isEqualTo(docker("inspect", "-f", "{{.Image}}", name));
        JsonNode shown = engine.get(
                        "/api/snapshots/" + snapshot.path("id").asString().substring(0, 12))
                .json();
        assertThat(shown.path("copies")).hasSize(2);
        assertThat(shown.path("labels").path("a").asString()).isEqualTo("b");
        assertThat(docker("images", "-a", "-q"))
                .as("a snapshot is no image that is listed")
                .isEqualTo(images);
    }

    @Test
    void aSnapshotIsRemovedAtAnyTimeAndCopiesKeepWhatTheyHave() throws Exception {
        runOriginal("host");
        String id = posted("/api/containers/" + name + "/snapshot", "{\"name\":\"" + name + "\"}")
                .path("id")
                .asString();
        assertThat(engine.post("/api/containers/" + name + "/snapshot", "{\"name\":\"" + name + "\"}")
                        .status())
                .isEqualTo(409);
        docker("rm", "-f", "-v", name);
        posted("/api/snapshots/" + name + "/copies", names(1));
        Path files = engine.data().resolve("snapshots").resolve(id);
        Path layer = Path.of(docker("inspect", "-f", "{{.GraphDriver.Data.LowerDir}}", copy(1))
                .split(":")[0]);
        assertThat(engine.delete("/api/snapshots/" + name).status()).isEqualTo(204);
        assertThat(engine.get("/api/snapshots/" + name).status()).isEqualTo(404);
        assertThat(files).doesNotExist();
        engine.restart();
        docker("restart", "-t", "0", copy(1));
        assertThat(docker("exec", copy(1), "cat", "/srv/own", "/data/file")).isEqualTo("first\nfirst");
        assertThat(layer.resolve("srv/own")).exists();
        docker("rm", "-f", "-v", copy(1));
        for (int i = 0; i < 500 && Files.exists(layer); i++) {
            Thread.sleep(20);
        }
        assertThat(layer).doesNotExist();
    }

    @Test
    void copiesOfVolumesShareTheirBytesAlsoAfterTheEngineWasStopped() throws Exception {
        runOriginal("");
        docker("exec", name, "sh", "-c", "head -c 30000000 /dev/urandom > /data/large; rm /anonymous/file");
        posted("/api/containers/" + name + "/snapshot", "{\"name\":\"" + name + "\"}");
        long before = diskKilobytes();
        posted("/api/snapshots/" + name + "/copies", names(4));
        assertThat(diskKilobytes() - before)
                .as("kilobytes of four copies of 30 MB")
                .isLessThan(15_000);
        assertThat(docker("exec", copy(1), "ls", "/anonymous"))
                .as("what was empty stays empty")
                .isEmpty();
        String sum = docker("exec", name, "sha256sum", "/data/large");
        for (int i = 1; i <= 4; i++) {
            docker("exec", copy(i), "sh", "-c", "echo " + i + " > /data/file");
            assertThat(docker("exec", copy(i), "sha256sum", "/data/large")).isEqualTo(sum);
        }
        for (int i = 1; i <= 4; i++) {
            docker("kill", copy(i));
        }
        docker("kill", name);
        engine.stop();
        engine.launch();
        engine.awaitAnswer();
        for (int i = 1; i <= 4; i++) {
            docker("start", copy(i));
            assertThat(docker("exec", copy(i), "cat", "/data/file")).isEqualTo(Integer.toString(i));
        }
        JsonNode entries = engine.post("/api/system/check").json().path("entries");
        assertThat(entries)
                .isNotEmpty()
                .allMatch(entry -> entry.path("state").asString().equalsIgnoreCase("needed"));
    }

    @Test
    void copiesKeepTheirFilesWhenAnEngineCannotStartOrTheirPlaceIsTakenAway() throws Exception {
        runOriginal("host");
        posted("/api/containers/" + name + "/snapshot", "{\"name\":\"" + name + "\"}");
        posted("/api/snapshots/" + name + "/copies", names(1));
        engine.kill();
        // An address that is documentation only, RFC 5737.
        engine.launch("--lighter.http.address=192.0.2.1");
        engine.awaitEnd();
        Path clones = engine.data().resolve("clones");
        if (Files.isDirectory(clones)) {
            // Whoever does this by hand takes it away from the engine, not from what runs.
            assertThat(new ProcessBuilder("umount", clones.toString()).start().waitFor())
                    .isZero();
        }
        engine.launch();
        engine.awaitAnswer();
        docker("exec", copy(1), "sh", "-c", "echo more >> /data/file");
        docker("restart", "-t", "0", copy(1));
        assertThat(docker("exec", copy(1), "cat", "/data/file")).isEqualTo("first\nmore");
    }

    /** What the engine's data takes once all of it is written. */
    private long diskKilobytes() throws Exception {
        new ProcessBuilder("sync", "-f", engine.data().toString()).start().waitFor();
        return engine.diskKilobytes();
    }

    @Test
    void copiesOfACallAreAllThereOrNone() throws Exception {
        runOriginal("host");
        posted("/api/containers/" + name + "/snapshot", "{\"name\":\"" + name + "\"}");
        docker("create", "--name", copy(3), "lighter/host", "true");
        Answer refused = engine.post("/api/snapshots/" + name + "/copies", names(4));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(docker("ps", "-a", "--filter", "name=" + name + "-", "--format", "{{.Names}}"))
                .isEqualTo(copy(3));
        assertThat(engine.post("/api/snapshots/" + name + "/copies?count=0", "{}")
                        .status())
                .isEqualTo(400);
        assertThat(engine.post("/api/snapshots/" + name + "/copies?count=2", names(1))
                        .status())
                .isEqualTo(400);
        assertThat(engine.post("/api/snapshots/none-of-it/copies", "{}").status())
                .isEqualTo(404);
    }

    @Test
    void aStoppedContainerIsTakenAndCopiesNeedNotStart() throws Exception {
        docker("run", "--name", name, "lighter/host", "sh", "-c", "echo once >> /srv/file");
        posted("/api/containers/" + name + "/snapshot", "{\"name\":\"" + name + "\"}");
        JsonNode copies =
                posted("/api/snapshots/" + name + "/copies", "{\"names\":[\"" + copy(1) + "\"],\"start\":false}");
        assertThat(copies.get(0).path("state").asString()).isEqualTo("created");
        for (String container : List.of(name, copy(1))) {
            docker("start", "-a", container);
            assertThat(docker("diff", container)).contains("A /srv/file");
            assertThat(new String(engine.get("/containers/" + container + "/archive?path=/srv/file")
                                    .body())
                            .contains("once\nonce\n"))
                    .isTrue();
        }
    }

    @Test
    void copiesOfARunningDatabaseHaveItsRowsAndNotEachOthers() throws Exception {
        Optional<Path> programs = PostgresImage.programs();
        assumeTrue(programs.isPresent(), "PostgreSQL is not installed below /usr/lib/postgresql");
        PostgresImage.make(engine, programs.get());
        docker("run", "-d", "--name", name, "-v", name + ":/pg", PostgresImage.NAME);
        sql(name, "create table t as select n, repeat('x', 200) as filling from generate_series(1, 20000) n");
        posted("/api/containers/" + name + "/snapshot", "{\"name\":\"" + name + "\"}");
        posted("/api/snapshots/" + name + "/copies", names(3));
        for (int i = 1; i <= 3; i++) {
            assertThat(sql(copy(i), "select count(*), sum(n) from t")).isEqualTo("20000|200010000");
            sql(copy(i), "update t set n = -" + i + " where n = 77");
        }
        for (int i = 1; i <= 3; i++) {
            assertThat(sql(copy(i), "select n from t where n < 0")).isEqualTo("-" + i);
        }
        assertThat(sql(name, "select count(*) from t where n < 0")).isEqualTo("0");
    }

    /** Carries out a statement as soon as the database answers. */
    private String sql(String container, String statement) throws Exception {
        Path psql = PostgresImage.programs().orElseThrow().resolve("psql");
        Engine.Run run = engine.docker("exec", container, psql.toString(), "-V");
        for (int i = 0; i < 600; i++) {
            run = engine.docker(
                    "exec", container, psql.toString(), "-h", "/tmp", "-U", "postgres", "-Atqc", statement, "postgres");
            boolean notYet = Stream.of("Is the server running", "starting up", "not yet accepting")
                    .anyMatch(run.errors()::contains);
            if (!notYet) {
                break;
            }
            Thread.sleep(100);
        }
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return run.output().strip();
    }
}
