package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The docker command line, used as people use it. */
@ExtendWith(EngineExtension.class)
class DockerCommandClientIT {
    private final Engine engine;
    private final String name = "cli-" + UUID.randomUUID().toString().substring(0, 8);

    DockerCommandClientIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    @AfterEach
    void noContainerOfThisName() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private String inspect(String format) throws Exception {
        return docker("inspect", "-f", format, name);
    }

    private void awaitLog(String text) throws Exception {
        for (int i = 0; i < 500 && !docker("logs", name).contains(text); i++) {
            Thread.sleep(10);
        }
        assertThat(docker("logs", name)).contains(text);
    }

    @Test
    void runPrintsOutputAndGivesTheExitCode() throws Exception {
        Run run = engine.docker("run", "--rm", "lighter/host", "sh", "-c", "echo hi; echo oops >&2; exit 7");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.output()).isEqualTo("hi\n");
        assertThat(run.errors()).isEqualTo("oops\n");
    }

    @Test
    void runWithRmLeavesNoContainer() throws Exception {
        docker("run", "--rm", "--name", name, "lighter/host", "true");
        assertThat(docker("ps", "-aq", "--filter", "name=" + name)).isEmpty();
    }

    @Test
    void runInteractiveBringsInputAndItsEnd() throws Exception {
        byte[] input = "one\ntwo\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        Run run = engine.docker(input, "run", "-i", "--rm", "lighter/host", "cat");
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).isEqualTo(new String(input, StandardCharsets.UTF_8));
    }

    @Test
    void runOfAMissingCommandExitsWith127() throws Exception {
        Run run = engine.docker("run", "--rm", "--name", name, "lighter/host", "no-such-command");
        assertThat(run.exitCode()).isEqualTo(127);
        assertThat(run.errors()).contains("executable file not found");
    }

    @Test
    void runOfSomethingNotExecutableExitsWith126() throws Exception {
        Run run = engine.docker("run", "--rm", "lighter/host", "/etc/passwd");
        assertThat(run.exitCode()).isEqualTo(126);
        assertThat(run.errors()).contains("permission denied");
    }

    @Test
    void runOfAnUnknownImageExitsWith125() throws Exception {
        Run run = engine.docker("run", "--rm", "no-such-image", "true");
        assertThat(run.exitCode()).isEqualTo(125);
        assertThat(run.errors()).contains("no-such-image");
    }

    @Test
    void runAsAnUnknownUserSaysSo() throws Exception {
        Run run = engine.docker("run", "--rm", "--user", "nobody-knows", "lighter/host", "true");
        assertThat(run.exitCode()).isEqualTo(125);
        assertThat(run.errors()).contains("unable to find user nobody-knows: no matching entries in passwd file");
    }

    @Test
    void runTakesEnvironmentDirectoryUserHostnameAndEntrypoint() throws Exception {
        assertThat(docker("run", "--rm", "-e", "A=b", "lighter/host", "sh", "-c", "echo $A"))
                .isEqualTo("b");
        assertThat(docker("run", "--rm", "-w", "/tmp/new", "lighter/host", "pwd"))
                .isEqualTo("/tmp/new");
        assertThat(docker("run", "--rm", "-u", "65534:12", "lighter/host", "sh", "-c", "id -u; id -g"))
                .isEqualTo("65534\n12");
        assertThat(docker("run", "--rm", "-h", "boat", "lighter/host", "hostname"))
                .isEqualTo("boat");
        assertThat(docker("run", "--rm", "--entrypoint", "echo", "lighter/host", "a", "b"))
                .isEqualTo("a b");
    }

    @Test
    void psShowsWhatRunsAndWithAllWhatDoesNot() throws Exception {
        docker("run", "-d", "--name", name, "--label", "kind=boat", "lighter/host", "sleep", "1000");
        assertThat(docker("ps", "--filter", "label=kind=boat", "--format", "{{.Names}} {{.Status}}"))
                .startsWith(name + " Up ");
        docker("kill", name);
        assertThat(docker("ps", "-q", "--filter", "name=" + name)).isEmpty();
        assertThat(docker("ps", "-a", "--filter", "name=" + name, "--format", "{{.Status}}"))
                .startsWith("Exited (137)");
        assertThat(docker("ps", "-a", "--filter", "exited=137", "--filter", "name=" + name, "-q"))
                .isNotEmpty();
        assertThat(docker("ps", "-a", "--filter", "status=running", "--filter", "name=" + name, "-q"))
                .isEmpty();
        assertThat(docker("ps", "-a", "--filter", "ancestor=lighter/host", "--filter", "name=" + name, "-q"))
                .isNotEmpty();
    }

    @Test
    void logsFollowUntilTheEndWithBothStreams() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "lighter/host",
                "sh",
                "-c",
                "for i in 1 2 3 4 5; do echo out $i; echo err $i >&2; sleep 0.1; done");
        Run run = engine.docker("logs", "-f", name);
        assertThat(run.output()).isEqualTo("out 1\nout 2\nout 3\nout 4\nout 5\n");
        assertThat(run.errors()).isEqualTo("err 1\nerr 2\nerr 3\nerr 4\nerr 5\n");
    }

    @Test
    void logsGiveTailAndTimestampsAndSince() throws Exception {
        docker("run", "--name", name, "lighter/host", "sh", "-c", "echo one; echo two; sleep 1.2; echo three");
        assertThat(docker("logs", "--tail", "2", name)).isEqualTo("two\nthree");
        assertThat(docker("logs", "-t", "--tail", "1", name))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z three");
        String finished = inspect("{{.State.FinishedAt}}");
        String second = java.time.Instant.parse(finished).minusMillis(600).toString();
        assertThat(docker("logs", "--since", second, name)).isEqualTo("three");
        assertThat(docker("logs", "--until", second, name)).isEqualTo("one\ntwo");
    }

    @Test
    void inspectTellsConfigurationAndState() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "-m",
                "64m",
                "--cpus",
                "0.5",
                "--pids-limit",
                "33",
                "--label",
                "a=b",
                "--stop-signal",
                "SIGINT",
                "--stop-timeout",
                "3",
                "lighter/host",
                "sleep",
                "1000");
        assertThat(inspect("{{.State.Running}} {{.State.Status}} {{.Name}}")).isEqualTo("true running /" + name);
        assertThat(inspect("{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}"))
                .isEqualTo("67108864 500000000 33");
        assertThat(inspect("{{.Config.StopSignal}} {{.Config.StopTimeout}} {{.Config.Labels}}"))
                .isEqualTo("SIGINT 3 map[a:b]");
        assertThat(inspect("{{.Path}} {{.Args}}")).isEqualTo("sleep [1000]");
        int pid = Integer.parseInt(inspect("{{.State.Pid}}"));
        assertThat(ProcessHandle.of(pid)).isPresent();
    }

    @Test
    void stopSendsTheStopSignalFirst() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "--stop-signal",
                "SIGUSR1",
                "lighter/host",
                "sh",
                "-c",
                "trap 'echo asked; exit 5' USR1; echo ready; while :; do sleep 0.05; done");
        awaitLog("ready");
        docker("stop", name);
        assertThat(inspect("{{.State.ExitCode}}")).isEqualTo("5");
        assertThat(docker("logs", name)).endsWith("asked");
    }

    @Test
    void stopKillsWhatDoesNotListen() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "lighter/host",
                "sh",
                "-c",
                "trap '' TERM; echo ready; while :; do sleep 0.05; done");
        awaitLog("ready");
        docker("stop", "-t", "1", name);
        assertThat(inspect("{{.State.ExitCode}}")).isEqualTo("137");
    }

    @Test
    void killSendsTheSignalThatIsNamed() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "lighter/host",
                "sh",
                "-c",
                "trap 'echo heard' HUP; trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done");
        awaitLog("ready");
        docker("kill", "-s", "HUP", name);
        awaitLog("heard");
        docker("kill", "--signal", "15", name);
        assertThat(docker("wait", name)).isEqualTo("9");
    }

    @Test
    void startWithAttachmentGivesOutputAndCode() throws Exception {
        docker("create", "--name", name, "lighter/host", "sh", "-c", "echo again; exit 3");
        for (int i = 0; i < 3; i++) {
            Run run = engine.docker("start", "-a", name);
            assertThat(run.output()).isEqualTo("again\n");
            assertThat(run.exitCode()).isEqualTo(3);
        }
    }

    @Test
    void waitGivesTheCodeWhenItEnds() throws Exception {
        docker("run", "-d", "--name", name, "lighter/host", "sh", "-c", "sleep 0.3; exit 4");
        assertThat(docker("wait", name)).isEqualTo("4");
        assertThat(docker("wait", name)).isEqualTo("4");
    }

    @Test
    void rmRefusesWhatRunsUntilForced() throws Exception {
        docker("run", "-d", "--name", name, "lighter/host", "sleep", "1000");
        Run refused = engine.docker("rm", name);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains("container is running");
        docker("rm", "-f", name);
        assertThat(engine.get("/containers/" + name + "/json").status()).isEqualTo(404);
    }

    @Test
    void eventsTellALife() throws Exception {
        String since = Long.toString(System.currentTimeMillis() / 1000);
        engine.docker("run", "--rm", "--name", name, "lighter/host", "sh", "-c", "exit 2");
        String until = Long.toString(System.currentTimeMillis() / 1000 + 1);
        String events = docker(
                "events",
                "--since",
                since,
                "--until",
                until,
                "--filter",
                "container=" + name,
                "--format",
                "{{.Action}}");
        assertThat(events.lines()).containsExactly("create", "attach", "start", "die", "destroy");
    }

    @Test
    void memoryHogIsKilledAlone() throws Exception {
        Run run = engine.docker(
                "run",
                "--name",
                name,
                "-m",
                "16m",
                "lighter/host",
                "sh",
                "-c",
                "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done");
        assertThat(run.exitCode()).isEqualTo(137);
        assertThat(inspect("{{.State.OOMKilled}}")).isEqualTo("true");
    }

    @Test
    void twoContainersCannotHaveOneName() throws Exception {
        docker("create", "--name", name, "lighter/host", "true");
        Run run = engine.docker("create", "--name", name, "lighter/host", "true");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains("Conflict. The container name \"/" + name + "\" is already in use");
    }

    @Test
    void whatIsNotThereIsRefusedByName() throws Exception {
        Run run = engine.docker("create", "--gpus", "all", "lighter/host", "true");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains("HostConfig.DeviceRequests: could not select device driver");
    }

    @Test
    void versionAndInfoNameTheEngine() throws Exception {
        assertThat(docker("version", "--format", "{{.Server.Platform.Name}} {{.Server.Os}}"))
                .isEqualTo("Lighter linux");
        assertThat(docker("info", "--format", "{{.OSType}} {{.CgroupDriver}}")).isEqualTo("linux cgroupfs");
    }
}
