package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers whose users and groups are their own, by the docker command line, with an engine that gives them to all. */
class UserNamespaceClientIT {
    private static Engine engine;
    private final String name = "users-" + UUID.randomUUID().toString().substring(0, 8);
    private final String other = name + "-other";

    @TempDir
    Path here;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start("--lighter.containers.user-namespaces=true");
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1&v=1");
        engine.delete("/containers/" + other + "?force=1&v=1");
        engine.delete("/volumes/" + name + "?force=1");
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private String run(String script) throws Exception {
        return docker("run", "--rm", "--network", "none", "lighter/host", "sh", "-c", script);
    }

    private long hostUser(String container) throws Exception {
        String pid = docker("inspect", "-f", "{{.State.Pid}}", container);
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith("Uid:"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void rootInsideIsNobodyOutsideAndNobodyElse() throws Exception {
        docker("run", "-d", "--name", name, "lighter/host", "sleep", "1000");
        docker("run", "-d", "--name", other, "--user", "7:8", "lighter/host", "sleep", "1000");
        assertThat(docker("exec", name, "sh", "-c", "id -u; id -g")).isEqualTo("0\n0");
        assertThat(hostUser(name)).isGreaterThan(65536);
        assertThat(docker("exec", other, "sh", "-c", "id -u; id -g")).isEqualTo("7\n8");
        assertThat(Math.abs(hostUser(other) - 7 - hostUser(name))).isGreaterThanOrEqualTo(65536);
    }

    @Test
    void filesOfTheImageAndOwnOnesHaveTheOwnersOfTheInside() throws Exception {
        assertThat(run("stat -c '%u %g' / /etc /etc/passwd /dev /tmp /etc/hosts /dev/shm | sort -u"))
                .isEqualTo("0 0");
        assertThat(
                        run(
                                "touch /f; chown 12:34 /f; stat -c '%u %g' /f; mkdir /dev/own; echo 127.0.0.9 nine >> /etc/hosts; tail -1 /etc/hosts"))
                .isEqualTo("12 34\n127.0.0.9 nine");
    }

    @Test
    void whatIsOnlyTheHostsCannotBeChanged() throws Exception {
        assertThat(run(
                        "chown 0:0 /proc/version 2>/dev/null || echo no; mount -t tmpfs none /mnt 2>/dev/null || echo no;"
                                + " echo 1 > /proc/sys/kernel/sysrq 2>/dev/null || echo no"))
                .isEqualTo("no\nno\nno");
    }

    @Test
    void aServerListensOnALowPortAndStreamsCanBeOpenedAgain() throws Exception {
        assertThat(docker(
                        "run",
                        "--rm",
                        "--user",
                        "7",
                        "lighter/host",
                        "sh",
                        "-c",
                        "echo again > /dev/stdout; echo too > /dev/stderr; id -u"))
                .contains("again")
                .contains("7");
        docker("run", "-d", "--name", name, "lighter/host", "sleep", "1000");
        assertThat(docker("exec", name, "sh", "-c", "echo again > /dev/stdout")).isEqualTo("again");
        assertThat(docker("exec", name, "cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"))
                .isEqualTo("0");
    }

    @Test
    void bindsAndVolumesKeepTheirOwners() throws Exception {
        Path file = Files.writeString(here.resolve("file"), "x");
        assertThat(docker(
                        "run",
                        "--rm",
                        "-v",
                        here + ":/b",
                        "-v",
                        name + ":/v",
                        "--tmpfs",
                        "/t:uid=3,gid=4",
                        "lighter/host",
                        "sh",
                        "-c",
                        "stat -c '%u %g' /b/file /v /t; touch /b/new /v/new; chown 9:10 /v/new"))
                .isEqualTo("0 0\n0 0\n3 4");
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(0);
        assertThat(Files.getAttribute(here.resolve("new"), "unix:uid")).isEqualTo(0);
        Path volume = Path.of(docker("volume", "inspect", "-f", "{{.Mountpoint}}", name));
        assertThat(Files.getAttribute(volume.resolve("new"), "unix:uid")).isEqualTo(9);
        assertThat(docker(
                        "run",
                        "--rm",
                        "--userns",
                        "host",
                        "-v",
                        name + ":/v",
                        "lighter/host",
                        "stat",
                        "-c",
                        "%u %g",
                        "/v/new"))
                .isEqualTo("9 10");
        assertThat(docker(
                        "run",
                        "--rm",
                        "--mount",
                        "type=image,src=lighter/host,dst=/i",
                        "lighter/host",
                        "stat",
                        "-c",
                        "%u %g",
                        "/i/etc"))
                .isEqualTo("0 0");
    }

    @Test
    void copiesInAndOutHaveTheOwnersOfTheInside() throws Exception {
        Files.writeString(here.resolve("in"), "x");
        for (boolean running : new boolean[] {false, true}) {
            docker("create", "--name", name, "lighter/host", "sh", "-c", "touch /own; chown 5:6 /own; exec sleep 1000");
            if (running) {
                docker("start", name);
                for (int i = 0;
                        i < 200
                                && !docker("exec", name, "stat", "-c", "%u", "/own")
                                        .equals("5");
                        i++) {
                    Thread.sleep(10);
                }
            }
            docker("cp", "-a", here.resolve("in").toString(), name + ":/in");
            docker("start", name);
            assertThat(docker("exec", name, "stat", "-c", "%u %g", "/in")).isEqualTo("0 0");
            if (running) {
                assertThat(docker("diff", name).lines()).containsExactlyInAnyOrder("A /own", "A /in");
            }
            docker("cp", "-a", name + ":/in", here.resolve("out").toString());
            assertThat(Files.getAttribute(here.resolve("out"), "unix:uid")).isEqualTo(0);
            docker("rm", "-f", name);
        }
    }

    @Test
    void terminalsAndInitBelongToTheUser() throws Exception {
        assertThat(docker(
                        "run",
                        "--rm",
                        "-t",
                        "--user",
                        "7",
                        "lighter/host",
                        "sh",
                        "-c",
                        "stat -c %u /dev/pts/0; echo y > /dev/tty"))
                .contains("7")
                .contains("y");
        docker("run", "-d", "--init", "--name", name, "lighter/host", "sleep", "1000");
        assertThat(hostUser(name)).isGreaterThan(65536);
        assertThat(docker("exec", "-t", name, "sh", "-c", "stat -c '%u %g' $(tty)"))
                .isEqualTo("0 5");
    }

    @Test
    void whoSharesProcessesSharesUsers() throws Exception {
        docker("run", "-d", "--name", other, "lighter/host", "sleep", "1000");
        docker("run", "-d", "--name", name, "--pid", "container:" + other, "lighter/host", "sleep", "1000");
        assertThat(hostUser(name)).isEqualTo(hostUser(other));
        assertThat(docker("exec", name, "kill", "-0", "1")).isEmpty();
    }

    @Test
    void theHostsUsersAreThereForWhoAsks() throws Exception {
        docker("run", "-d", "--name", name, "--userns", "host", "lighter/host", "sleep", "1000");
        assertThat(hostUser(name)).isZero();
        assertThat(docker("inspect", "-f", "{{.HostConfig.UsernsMode}}", name)).isEqualTo("host");
        assertThat(docker("run", "--rm", "--userns", "host", "--privileged", "lighter/host", "id", "-u"))
                .isEqualTo("0");
        assertThat(docker("info", "-f", "{{.SecurityOptions}}")).contains("name=userns");
    }

    @Test
    void theNextEngineKnowsTheUsers() throws Exception {
        docker("run", "-d", "--name", name, "lighter/host", "sh", "-c", "touch /own; exec sleep 1000");
        long before = hostUser(name);
        engine.kill();
        engine.launch();
        engine.awaitAnswer();
        assertThat(hostUser(name)).isEqualTo(before);
        docker("restart", "-t", "0", name);
        assertThat(hostUser(name)).isEqualTo(before);
        assertThat(docker("exec", name, "stat", "-c", "%u", "/own")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"Privileged\":true | incompatible with user namespaces",
                "\"PidMode\":\"host\" | cannot share the host PID namespace",
                "\"NetworkMode\":\"host\" | cannot share the host's network namespace",
                "\"CapAdd\":[\"SYS_ADMIN\"] | has no effect in a user namespace",
                "\"UsernsMode\":\"odd\" | invalid userns mode: odd",
            })
    void whatCannotBeIsRefused(String field, String words) throws Exception {
        var answer = engine.post(
                "/containers/create?name=" + name, "{\"Image\":\"lighter/host\",\"HostConfig\":{" + field + "}}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("message").asString()).contains(words);
    }

    @Test
    void whoAsksForUsersOfTheirOwnGetsThem() throws Exception {
        var answer = engine.post(
                "/containers/create?name=" + name,
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"UsernsMode\":\"private\"}}");
        assertThat(answer.status()).isEqualTo(201);
        Run started = engine.docker("start", name);
        assertThat(started.exitCode()).as(started.errors()).isZero();
        assertThat(hostUser(name)).isGreaterThan(65536);
    }
}
