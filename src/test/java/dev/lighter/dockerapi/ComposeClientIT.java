package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** docker-compose 1.29, as Debian has it, with three services on two networks. */
@ExtendWith(EngineExtension.class)
class ComposeClientIT {
    private static final int PATIENCE_SECONDS = 120;
    private static final String FILE = """
            version: "2.4"
            services:
              db:
                image: lighter/host
                command: sh -c 'echo db is up; exec sleep 1000'
                init: false
                stop_grace_period: 1s
                networks:
                  back:
                    aliases: [store]
              web:
                image: lighter/host
                command: sh -c 'echo web is up; exec sleep 1000'
                stop_grace_period: 1s
                depends_on: [db]
                ports: ["80"]
                networks: [front, back]
              proxy:
                image: lighter/host
                command: sh -c 'echo proxy is up; exec sleep 1000'
                stop_grace_period: 1s
                depends_on: [web]
                ports: ["127.0.0.1:%d:8080"]
                networks:
                  front:
                    aliases: [entry]
            networks:
              front: {}
              back:
                internal: true
            """;

    private static final String WITH_VOLUMES = """
            version: "2.4"
            services:
              db:
                image: lighter/host
                command: sh -c 'echo started >> /store/starts; sleep 1; echo open > /tmp/open; exec sleep 1000'
                stop_grace_period: 1s
                volumes:
                  - store:/store
                  - /scratch
                tmpfs: /fast:size=1m
                healthcheck:
                  test: ["CMD", "test", "-e", "/tmp/open"]
                  interval: 200ms
                  timeout: 5s
                  retries: 50
              migrate:
                image: lighter/host
                command: sh -c 'cat /store/starts > /store/migrated'
                volumes_from: [db]
                depends_on:
                  db: {condition: service_healthy}
              web:
                image: lighter/host
                command: sh -c 'test -e /store/starts && echo the store is open; cat /settings; touch /store/x || echo read-only; exec sleep 1000'
                stop_grace_period: 1s
                volumes:
                  - store:/store:ro
                  - ./settings:/settings:ro
                depends_on:
                  db: {condition: service_healthy}
                  migrate: {condition: service_started}
            volumes:
              store:
                labels: {kind: test}
            """;

    private final Engine engine;
    private final NetworkCommands cli;

    @TempDir
    private Path directory;

    private int port;

    ComposeClientIT(Engine engine) {
        this.engine = engine;
        cli = new NetworkCommands(engine);
    }

    @BeforeEach
    void writeTheFile() throws Exception {
        boolean there = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "docker-compose")));
        boolean known = there && compose("version", "--short").output().startsWith("1.");
        if (!known) {
            System.out.println("The test with docker-compose is skipped: "
                    + (there ? "it is not version 1" : "it is not on the PATH (apt-get install docker-compose)"));
        }
        assumeTrue(known, "no docker-compose of version 1");
        port = NetworkCommands.freePorts(1);
        Files.writeString(directory.resolve("docker-compose.yml"), FILE.formatted(port));
    }

    @AfterEach
    void removeAll() throws Exception {
        cli.removeAll();
    }

    private Run compose(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker-compose", "-p", cli.prefix, "--ansi", "never"));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("out");
        Path errors = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().put("DOCKER_HOST", "unix://" + engine.socket());
        builder.environment().put("DOCKER_CONFIG", directory.resolve("config").toString());
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("docker-compose did not end: " + List.of(arguments) + Files.readString(errors));
        }
        return new Run(process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    private String done(String... arguments) throws Exception {
        Run run = compose(arguments);
        assertThat(run.exitCode()).as(List.of(arguments) + ": " + run.errors()).isZero();
        return run.output() + run.errors();
    }

    /** The ids and names of the project's containers. */
    private List<String> containers() throws IOException {
        List<String> found = new ArrayList<>();
        for (JsonNode container : engine.get("/containers/json?all=1").json()) {
            String name = container.path("Names").path(0).asString();
            if (name.startsWith("/" + cli.prefix)) {
                found.add(name.substring(1) + " " + container.path("Id").asString());
            }
        }
        return found.stream().sorted().toList();
    }

    @Test
    void aProjectWithVolumesWaitsForHealthAndLeavesNothing() throws Exception {
        Files.writeString(directory.resolve("settings"), "from the host");
        Files.writeString(directory.resolve("docker-compose.yml"), WITH_VOLUMES);
        done("up", "-d");
        List<String> first = containers();
        assertThat(first).hasSize(3);
        String db = cli.prefix + "_db_1";
        assertThat(cli.container(db).at("/State/Health/Status").asString()).isEqualTo("healthy");
        assertThat(done("logs", "web"))
                .contains("the store is open")
                .contains("from the host")
                .contains("read-only");
        assertThat(done("ps")).contains("Up (healthy)");
        assertThat(done("up", "-d")).doesNotContain("Creating").doesNotContain("Recreating");
        assertThat(containers()).isEqualTo(first);
        assertThat(volumes()).contains(cli.prefix + "_store");
        done("down");
        assertThat(containers()).isEmpty();
        assertThat(volumes()).containsExactly(cli.prefix + "_store");
        done("up", "-d", "db");
        assertThat(done("exec", "-T", "db", "cat", "/store/starts")).startsWith("started\nstarted");
        done("down", "-v");
        assertThat(containers()).isEmpty();
        assertThat(volumes()).isEmpty();
    }

    /** The names of the project's volumes. */
    private List<String> volumes() throws IOException {
        List<String> found = new ArrayList<>();
        for (JsonNode volume : engine.get("/volumes").json().path("Volumes")) {
            if (volume.path("Labels")
                    .path("com.docker.compose.project")
                    .asString("")
                    .equals(cli.prefix)) {
                found.add(volume.path("Name").asString());
            }
        }
        return found;
    }

    @Test
    void aProjectGoesUpIsScaledAndGoesDown() throws Exception {
        done("up", "-d");
        List<String> first = containers();
        assertThat(first).hasSize(3);
        String web = cli.prefix + "_web_1";
        String db = cli.prefix + "_db_1";
        String proxy = cli.prefix + "_proxy_1";
        String front = cli.prefix + "_front";
        String back = cli.prefix + "_back";
        assertThat(cli.container(web).at("/NetworkSettings/Networks").propertyNames())
                .containsExactly(back, front);
        assertThat(cli.network(back).path("Internal").asBoolean()).isTrue();

        try (InsideServer server = InsideServer.tcp(cli.pid(proxy), 8080, "from proxy")) {
            assertThat(InsideServer.greeting("127.0.0.1", port)).isEqualTo("from proxy");
            assertThat(cli.script(front, "exec 3<>/dev/tcp/entry/8080; cat <&3"))
                    .isEqualTo("from proxy");
        }
        try (InsideServer server = InsideServer.tcp(cli.pid(db), 5432, "from db")) {
            for (String name : List.of("db", "store", db)) {
                assertThat(cli.script(back, "exec 3<>/dev/tcp/" + name + "/5432; cat <&3"))
                        .as(name)
                        .isEqualTo("from db");
            }
        }

        assertThat(done("up", "-d")).contains("up-to-date").doesNotContain("Recreating");
        assertThat(containers()).isEqualTo(first);

        done("up", "-d", "--scale", "web=3");
        assertThat(containers()).hasSize(5).containsAll(first);
        assertThat(done("ps")).contains(web).contains("127.0.0.1:" + port + "->8080/tcp");
        assertThat(cli.script(front, "getent ahostsv4 web")
                        .lines()
                        .map(line -> line.split("\\s+")[0])
                        .distinct())
                .hasSize(3);
        assertThat(done("port", "proxy", "8080")).contains("127.0.0.1:" + port);
        done("up", "-d", "--scale", "web=1");
        assertThat(containers()).isEqualTo(first);

        assertThat(done("logs")).contains("db is up").contains("web is up").contains("proxy is up");

        done("stop");
        assertThat(containers()).isEqualTo(first);
        done("start");
        assertThat(cli.endpoint(web, front).path("IPAddress").asString()).isNotEmpty();

        done("down");
        assertThat(containers()).isEmpty();
        assertThat(engine.get("/networks")
                        .json()
                        .valueStream()
                        .map(network -> network.path("Name").asString()))
                .doesNotContain(front, back);
    }
}
