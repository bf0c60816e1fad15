package dev.lighter.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.SocketHttp;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways out of a container, and ways to harm the engine, that must lead nowhere. */
@ExtendWith(EngineExtension.class)
@Timeout(120)
class AttackIT {
    private static final String SECRET = "the host's own";

    private final Engine engine;
    private final String name = "attack-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    Path host;

    AttackIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
        engine.delete("/images/" + name + "?force=1");
    }

    private Run run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "--rm", "--network", "none"));
        all.addAll(List.of(arguments));
        return engine.docker(all.toArray(String[]::new));
    }

    private void start(String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "-d", "--name", name, "--network", "none"));
        all.addAll(List.of(options));
        engine.dockerOutput(all.toArray(String[]::new));
    }

    private String exec(String script) throws Exception {
        return engine.dockerOutput("exec", name, "sh", "-c", script);
    }

    /** An image with a shell, and above it what an attacker wants. */
    private void load(TarBytes evil, Map<String, Object> config) throws IOException {
        TarBytes programs = HostRoot.layer(host.resolve("root"), "sh", "cat", "ls");
        TestImage image = TestImage.of(programs, evil).configured(config);
        Answer answer = engine.request("POST", "/images/load?quiet=1", image.dockerArchive(name + ":latest"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private Path secret() throws IOException {
        return Files.writeString(host.resolve("secret"), SECRET);
    }

    @Test
    void theProgramThatMakesContainersCannotBeWrittenFromInside() throws Exception {
        // The engine's own users, for whom permissions alone would be no answer.
        start("--init", "--userns", "host", "lighter/host", "sleep", "1000");
        String tried = exec("(echo x > /proc/1/exe) 2>&1; (echo x >> /proc/1/exe) 2>&1; truncate -s 0 /proc/1/exe 2>&1;"
                + " chmod 777 /proc/1/exe 2>&1; wc -c < /proc/1/exe");
        assertThat(tried).contains("Text file busy").doesNotEndWith("\n0");
        assertThat(run("lighter/host", "echo", "still").output()).isEqualTo("still\n");
    }

    @Test
    void executingTheProgramThatMakesContainersGivesNothing() throws Exception {
        Run itself = run("--entrypoint", "/proc/self/exe", "lighter/host");
        assertThat(itself.exitCode()).isNotZero();
        Run written = run(
                "--userns",
                "host",
                "--init",
                "--cap-add",
                "ALL",
                "--security-opt",
                "seccomp=unconfined",
                "lighter/host",
                "sh",
                "-c",
                "cp /proc/1/exe /copy && wc -c < /copy; exec 3</proc/1/exe; (echo x > /proc/self/fd/3) 2>&1;"
                        + " (echo x > /proc/1/exe) 2>&1; cmp /copy /proc/1/exe && echo same");
        assertThat(written.output()).endsWith("same\n");
        assertThat(run("lighter/host", "echo", "still").output()).isEqualTo("still\n");
    }

    @Test
    void noWorkingDirectoryLeadsToAHostsDescriptor() throws Exception {
        start("lighter/host", "sleep", "1000");
        for (int descriptor = 0; descriptor < 32; descriptor++) {
            Run exec = engine.docker("exec", "-w", "/proc/self/fd/" + descriptor, name, "sh", "-c", "pwd; ls ..");
            assertThat(exec.exitCode()).as("descriptor " + descriptor).isNotZero();
            assertThat(exec.output() + exec.errors()).contains("cannot be entered");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/fd/3", "/proc/self/fd/5", "/proc/self/fd/6", "/proc/self/fd/7", "/proc/1/fd/5"})
    void noWorkingDirectoryOfAContainerLeadsToAHostsDescriptor(String directory) throws Exception {
        Run run = run("-w", directory, "lighter/host", "sh", "-c", "pwd; ls ..");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys", "dev"})
    void anImagesLinkInPlaceOfAKernelsDirectoryIsRefused(String place) throws Exception {
        Path victim = Files.createDirectory(host.resolve("victim"));
        load(new TarBytes().symlink(place, victim.toString()), Map.of("Cmd", List.of("sh")));
        Run run = engine.docker("run", "--name", name, "--network", "none", name, "sh", "-c", "echo ran");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).contains("must be a directory, not a link that an image placed there");
        assertThat(victim).isEmptyDirectory();
    }

    @Test
    void anImagesLinkInPlaceOfAGeneratedFileLeadsNowhere() throws Exception {
        Path secret = secret();
        TarBytes evil = new TarBytes()
                .symlink("etc/hosts", secret.toString())
                .symlink("etc/hostname", "../../../../../../.." + secret)
                .symlink("etc/resolv.conf", "/proc/self/fd/5/../../../../" + secret);
        load(evil, Map.of("Cmd", List.of("sh")));
        Run run = run(name, "sh", "-c", "cat /etc/hosts /etc/hostname; echo x > /etc/hosts; echo x > /etc/hostname");
        assertThat(run.output()).doesNotContain(SECRET);
        assertThat(secret).content().isEqualTo(SECRET);
    }

    @Test
    void anImagesLinkInPlaceOfAVolumeLeadsNowhere() throws Exception {
        Path victim = Files.createDirectory(host.resolve("victim"));
        TarBytes evil = new TarBytes()
                .symlink("data", victim.toString())
                .symlink("deep", "../../../../../../.." + victim)
                .symlink("magic", "/proc/self/root/proc/1/root" + victim);
        load(evil, Map.of("Cmd", List.of("sh"), "Volumes", Map.of("/data", Map.of(), "/deep/below", Map.of())));
        Run run = engine.docker(
                "run",
                "--rm",
                "--network",
                "none",
                "-v",
                "/magic/inside",
                name,
                "sh",
                "-c",
                "echo x > /data/x; echo ran");
        assertThat(run.output()).isEqualTo(run.exitCode() == 0 ? "ran\n" : "");
        assertThat(victim).isEmptyDirectory();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(victim.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/proc/sys", "/proc/self/fd", "/a/../..", "/proc"})
    void anImagesVolumeCannotHideWhatKeepsItInside(String place) throws Exception {
        load(new TarBytes().file("marker", "x"), Map.of("Cmd", List.of("sh"), "Volumes", Map.of(place, Map.of())));
        Run run = engine.docker("create", "--name", name, name, "sh");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains("invalid mount config");
        assertThat(engine.dockerOutput("volume", "ls", "-q", "--filter", "dangling=true"))
                .isEmpty();
    }

    @Test
    void anImagesDevicesAreCovered() throws Exception {
        Path secret = secret();
        load(
                new TarBytes()
                        .symlink("dev/null", secret.toString())
                        .symlink("dev/zero", secret.toString())
                        .symlink("dev/shm", host.toString())
                        .symlink("dev/pts", host.toString()),
                Map.of("Cmd", List.of("sh")));
        Run run = run(name, "sh", "-c", "echo x > /dev/null; echo x > /dev/shm/f; cat /dev/null; ls /dev/shm");
        assertThat(run.output()).as(run.errors()).isEqualTo("f\n");
        assertThat(secret).content().isEqualTo(SECRET);
        assertThat(host.resolve("f")).doesNotExist();
    }

    @Test
    void theReleaseAgentOfControlGroupsCannotBeSet() throws Exception {
        Run plain = run(
                "lighter/host",
                "sh",
                "-c",
                "for f in $(ls -d /sys/fs/cgroup/*/ /sys/fs/cgroup); do"
                        + " (echo /x > $f/release_agent) 2>/dev/null && echo set; (echo 1 > $f/notify_on_release) 2>/dev/null && echo notify;"
                        + " done; echo done");
        assertThat(plain.output()).isEqualTo("done\n");
        Run administrator = run(
                "--userns",
                "host",
                "--cap-add",
                "SYS_ADMIN",
                "lighter/host",
                "sh",
                "-c",
                "mkdir /m; for c in pids devices memory; do mount -t cgroup -o $c x /m 2>/dev/null || continue;"
                        + " test -e /m/release_agent && echo there; (echo /x > /m/release_agent) 2>/dev/null && echo set;"
                        + " umount /m; done; echo done");
        assertThat(administrator.output()).isEqualTo("done\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967296", "4294967295", "2147483648", "-1", "0:4294967296", "18446744073709551616"})
    void noUserIsRootByOverflow(String user) throws Exception {
        Run run = run("-u", user, "lighter/host", "id", "-u");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output()).isEmpty();
        start("lighter/host", "sleep", "1000");
        Run exec = engine.docker("exec", "-u", user, name, "id", "-u");
        assertThat(exec.exitCode()).isNotZero();
        assertThat(exec.output()).doesNotContain("0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../../../../../../etc", "/a\nb\"'$(touch /x)", "/sub/../../..", "//a/./b//"})
    void anImagesWorkingDirectoryStaysInside(String directory) throws Exception {
        load(new TarBytes().file("marker", "inside"), Map.of("Cmd", List.of("sh"), "WorkingDir", directory));
        Run run = run(name, "sh", "-c", "cat /marker; test -e /x || echo; pwd");
        assertThat(run.output()).as(run.errors()).startsWith("inside");
        assertThat(run.output()).doesNotContain("..");
    }

    @Test
    void anImagesLabelsAreOnlyText() throws Exception {
        String evil = "\"}]}<script>alert(1)</script>\n\u001b[2J${jndi:ldap://x}{{.Id}}";
        load(new TarBytes().file("marker", "x"), Map.of("Cmd", List.of("sh"), "Labels", Map.of(evil, evil)));
        engine.dockerOutput("create", "--name", name, name, "sh");
        assertThat(engine.get("/containers/" + name + "/json")
                        .json()
                        .path("Config")
                        .path("Labels")
                        .path(evil)
                        .asString())
                .isEqualTo(evil);
        assertThat(engine.get("/containers/json?all=1").status()).isEqualTo(200);
    }

    @Test
    void copyingRunsAndLoadsNothingOfTheContainer() throws Exception {
        start("lighter/host", "sleep", "1000");
        exec("for c in tar gzip xz zstd cp sh ls; do printf '#!/bin/cat\\n' > /trojan; d=/usr/local/sbin; mkdir -p $d;"
                + " printf '#!/usr/bin/touch /ran\\n' > $d/$c; chmod 755 $d/$c; done;"
                + " for l in /lib/*/libnss_files.so.2 /usr/lib/*/libnss_files.so.2; do d=$(dirname $l); mkdir -p \"$d\" 2>/dev/null;"
                + " echo trojan > \"$l\" 2>/dev/null; done; echo 'passwd: evil' > /etc/nsswitch.conf");
        Path file = Files.writeString(host.resolve("brought"), "content");
        engine.dockerOutput("cp", file.toString(), name + ":/brought");
        engine.dockerOutput("cp", name + ":/brought", host.resolve("fetched").toString());
        assertThat(host.resolve("fetched")).hasContent("content");
        engine.dockerOutput("kill", name);
        engine.dockerOutput("wait", name);
        engine.dockerOutput("cp", file.toString(), name + ":/again");
        engine.dockerOutput(
                "cp", name + ":/usr/local/sbin", host.resolve("trojans").toString());
        assertThat(host.resolve("trojans").resolve("tar")).exists();
        assertThat(engine.docker("cp", name + ":/ran", host.resolve("ran").toString())
                        .errors())
                .contains("Could not find the file /ran");
        assertThat(Path.of("/ran")).doesNotExist();
    }

    private int threads() throws IOException {
        return (int) Stream.of(Files.readString(Path.of("/proc", Long.toString(engine.pid()), "status"))
                        .split("\n"))
                .filter(line -> line.startsWith("Threads:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFloodOfSizesAndOfClientsIsBounded() throws Exception {
        start("-t", "lighter/host", "sleep", "1000");
        int before = threads();
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            for (int i = 1; i <= 1000; i++) {
                assertThat(http.request("POST", "/containers/" + name + "/resize?h=" + i % 100 + "&w=80", "")
                                .status())
                        .isEqualTo(200);
            }
        }
        List<SocketHttp> clients = new ArrayList<>();
        int[] answers = new int[600];
        try {
            for (int i = 0; i < answers.length; i++) {
                SocketHttp client = new SocketHttp(engine.socket());
                clients.add(client);
                client.send(
                        "POST",
                        "/containers/" + name + "/attach?stream=1&stdout=1",
                        Map.of("Connection", "Upgrade", "Upgrade", "tcp"),
                        new byte[0]);
                answers[i] = client.receiveHead().status();
            }
            assertThat(Arrays.stream(answers).filter(status -> status == 101).count())
                    .isBetween(100L, 400L);
            assertThat(answers[answers.length - 1]).isEqualTo(503);
            assertThat(threads()).isLessThan(before + 500);
            assertThat(engine.get("/_ping").status()).isEqualTo(200);
        } finally {
            for (SocketHttp client : clients) {
                client.close();
            }
        }
        engine.dockerOutput("kill", name);
        engine.dockerOutput("wait", name);
        for (int i = 0; i < 1000 && threads() > before + 50; i++) {
            Thread.sleep(10);
        }
        assertThat(threads()).isLessThanOrEqualTo(before + 50);
    }
}
