package dev.lighter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Images of the host's own files: made through the API, run with the docker command line. */
@ExtendWith(EngineExtension.class)
class HostImageIT {
    private final Engine engine;
    private final String name = "host-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    Path files;

    HostImageIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1&v=1");
        engine.delete("/images/" + name + "?force=1");
    }

    /** The request's body with the image's name; single quotes stand for double ones. */
    private Answer ask(String rest) throws Exception {
        return engine.post("/api/images/host", ("{'name':'" + name + "'," + rest + "}").replace('\'', '"'));
    }

    private JsonNode make(String rest) throws Exception {
        Answer made = ask(rest);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.json();
    }

    private String run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "--rm", "--network", "none", name));
        all.addAll(List.of(arguments));
        return engine.dockerOutput(all.toArray(String[]::new)).strip();
    }

    private List<String> inspected(String template) throws Exception {
        return List.of(engine.dockerOutput("image", "inspect", "-f", template, name)
                .strip()
                .split("\n"));
    }

    @Test
    void commandsRunWithWhatTheyNeedAndNothingElse() throws Exception {
        JsonNode made = make("'commands':['sh','ls']");

        assertThat(run("ls", "/usr/bin").lines()).contains("ls", "sh").doesNotContain("cat");
        assertThat(run("sh", "-c", "command -v ls cat")).doesNotContain("cat");
        assertThat(made.path("files").asInt()).isLessThan(100);
        assertThat(inspected("{{.Id}} {{.Config.Cmd}}"))
                .singleElement()
                .asString()
                .startsWith(made.path("id").asString())
                .matches(".*\\[/.*/sh]");
    }

    @Test
    void theSameRequestGivesTheSameImage() throws Exception {
        String request = "'commands':['sh'],'paths':['/etc/services'],'labels':{'b':'2','a':'1'},'env':['A=b']";
        String first = make(request).path("id").asString();
        engine.dockerOutput("rmi", name);

        assertThat(make(request).path("id").asString()).isEqualTo(first);
        assertThat(make("'commands':['sh'],'env':['A=c']").path("id").asString())
                .isNotEqualTo(first);
    }

    @Test
    void pathsKeepOwnersAndPermissionsAndPrivateKeysStay() throws Exception {
        Path tree = Files.createDirectory(files.resolve("tree"));
        Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path script = Files.writeString(tree.resolve("script"), "#!/bin/sh\necho ran\n");
        Files.setAttribute(script, "unix:uid", 4242);
        Files.setAttribute(script, "unix:gid", 65534);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("script"));
        Path key = Files.writeString(tree.resolve("key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");

        JsonNode made = make("'commands':['stat'],'paths':['" + tree + "'],'user':'4242'");

        assertThat(run(tree + "/link")).isEqualTo("ran");
        assertThat(run("stat", "-c", "%a %u %G %s", script.toString())).isEqualTo("750 4242 nogroup 19");
        assertThat(engine.docker("run", "--rm", "--network", "none", name, "stat", key.toString())
                        .exitCode())
                .isNotZero();
        assertThat(made.path("leftOut").toString())
                .isEqualTo("[{\"path\":\"" + key.toRealPath() + "\",\"reason\":\"it is a private key\"}]");
        assertThat(made.path("leftOutTotal").asInt()).isEqualTo(1);
    }

    @Test
    void theConfigurationIsWhatWasAskedFor() throws Exception {
        make("'commands':['sh','env'],'entrypoint':['sh','-c'],'cmd':['pwd; id -u; env'],'workingDir':'/var/tmp',"
                + "'exposedPorts':['5432','53/UDP'],'volumes':['/data'],'labels':{'team':'blue'},'env':['COLOR=red']");

        assertThat(inspected("{{json .Config.ExposedPorts}} {{json .Config.Volumes}} {{json .Config.Labels}}"))
                .containsExactly("{\"53/udp\":{},\"5432/tcp\":{}} {\"/data\":{}} {\"team\":\"blue\"}");
        assertThat(run().lines())
                .contains("/var/tmp", "COLOR=red")
                .anyMatch(line -> line.startsWith("PATH=/usr/local"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'cmd':[]                            | commands, paths, packages: name at least one",
                "'commands':['no-such-command']      | commands: this host has no command",
                "'commands':['/bin/sh']              | commands: /bin/sh is a path",
                "'paths':['/etc/shadow']             | paths: /etc/shadow never becomes part of an image",
                "'paths':['/proc/1/environ']         | paths: /proc/1/environ never becomes part of an image",
                "'paths':['/']                       | paths: \"/\" must be an absolute path",
                "'paths':['/no/such/path']           | paths: this host has no /no/such/path",
                "'paths':['/dev/null']               | paths: /dev/null never becomes part of an image",
                "'commands':['sh'],'user':'no-one'   | user: this host has no user",
                "'commands':['sh'],'env':['A']       | env: \"A\" must be NAME=value",
                "'commands':['sh'],'volumes':['a']   | volumes: \"a\" must be an absolute path",
                "'commands':['sh'],'exposedPorts':['0'] | exposedPorts: \"0\" must be a port"
            })
    void whatTheHostDoesNotHaveOrMustNotGiveIsRefusedByField(String request, String reason) throws Exception {
        Answer refused = ask(request.replace("\"", "'"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("detail").asString()).startsWith(reason);
        assertThat(engine.get("/images/" + name + "/json").status()).isEqualTo(404);
    }

    @Test
    void theEnginesOwnFilesStay() throws Exception {
        assertThat(ask("'paths':['" + engine.data() + "']")
                        .json()
                        .path("detail")
                        .asString())
                .endsWith("it is the engine's own");
    }

    @Test
    void postgresRunsFromItsPackageOnThisHost() throws Exception {
        String version = postgres();
        assumeTrue(
                version != null, "no PostgreSQL server is installed as a Debian package (apt-get install postgresql)");
        String programs = "/usr/lib/postgresql/" + version + "/bin/";

        JsonNode made = make("'packages':['postgresql-" + version + "'],'user':'postgres','env':['LANG=C.UTF-8'],"
                + "'entrypoint':['" + programs + "postgres'],'cmd':['-D','/var/lib/postgresql/data'],"
                + "'volumes':['/var/lib/postgresql'],'exposedPorts':['5432']");

        assertThat(made.path("packages").toString()).contains("\"postgresql-" + version + " ", "\"libc6 ", "\"tzdata ");
        assertThat(made.path("users").toString()).contains("\"postgres\"");
        engine.dockerOutput(
                "create",
                "--name",
                name,
                "--network",
                "none",
                "--entrypoint",
                "sh",
                name,
                "-c",
                programs + "initdb -D /var/lib/postgresql/data -A trust && exec " + programs
                        + "postgres -D /var/lib/postgresql/data");
        engine.dockerOutput("start", name);
        awaitPostgres(programs);

        assertThat(query(programs, "select current_user || ' ' || sum(n) from generate_series(1, 100) n"))
                .isEqualTo("postgres 5050");
        assertThat(query(programs, "select '2024-07-01 12:00 Europe/Berlin'::timestamptz at time zone 'UTC'"))
                .isEqualTo("2024-07-01 10:00:00");
        assertThat(engine.dockerOutput("exec", name, "id", "-un").strip()).isEqualTo("postgres");
    }

    private static @Nullable String postgres() throws Exception {
        Path lists = Path.of("/var/lib/dpkg/info");
        if (Files.isDirectory(lists)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(lists, "postgresql-[1-9][0-9].list")) {
                for (Path list : found) {
                    return list.getFileName().toString().replaceAll("\\D", "");
                }
            }
        }
        return null;
    }

    private String query(String programs, String sql) throws Exception {
        return engine.dockerOutput("exec", name, programs + "psql", "-Atc", sql).strip();
    }

    private void awaitPostgres(String programs) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (engine.docker("exec", name, programs + "pg_isready").exitCode() != 0) {
            assertThat(System.nanoTime()).as(engine.dockerOutput("logs", name)).isLessThan(end);
            Thread.sleep(100);
        }
    }
}
