package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Restart policies, by the docker command line, and across engines. */
class RestartClientIT {
    private static final String NAME = "restarting";
    private static Engine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start();
    }

    @AfterAll
    static void end() throws Exception {
        engine.close();
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + NAME + "?force=1");
    }

    private static String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private static String inspect(String format) throws Exception {
        return docker("inspect", "-f", format, NAME);
    }

    private static void await(String format, String wanted) throws Exception {
        String seen = "";
        for (int i = 0; i < 1000 && !seen.equals(wanted); i++) {
            Thread.sleep(20);
            seen = inspect(format);
        }
        assertThat(seen).isEqualTo(wanted);
    }

    private static void run(String policy, String script) throws Exception {
        docker("run", "-d", "--name", NAME, "--restart", policy, "lighter/host", "sh", "-c", script);
    }

    @Test
    void onFailureStartsAgainSoOftenAndGivesUp() throws Exception {
        run("on-failure:3", "echo run; exit 4");
        await("{{.State.Status}} {{.RestartCount}}", "exited 3");
        assertThat(docker("logs", NAME)).isEqualTo("run\nrun\nrun\nrun");
        assertThat(inspect("{{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}"))
                .isEqualTo("on-failure:3");
    }

    @Test
    void onFailureLeavesSuccessAlone() throws Exception {
        run("on-failure", "echo run");
        docker("wait", NAME);
        Thread.sleep(500);
        assertThat(inspect("{{.State.Status}} {{.RestartCount}}")).isEqualTo("exited 0");
    }

    @Test
    void alwaysStartsAgainUntilItIsStopped() throws Exception {
        run(
                "always",
                "trap 'exit 0' TERM; echo run; n=$(wc -l < /count || echo 0); echo >> /count;"
                        + " [ $n -ge 2 ] || exit 0; while :; do sleep 0.05; done");
        await("{{.State.Status}} {{.RestartCount}}", "running 2");
        docker("stop", "-t", "20", NAME);
        Thread.sleep(500);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("exited");
        docker("start", NAME);
        assertThat(inspect("{{.State.Status}} {{.RestartCount}}")).isEqualTo("running 0");
    }

    @Test
    void aRestartingContainerIsShownStoppedAndRemoved() throws Exception {
        run("always", "exit 7");
        await("{{.State.Restarting}}", "true");
        for (int i = 0; i < 500 && Integer.parseInt(inspect("{{.RestartCount}}")) < 4; i++) {
            Thread.sleep(20);
        }
        await("{{.State.Status}} {{.State.Running}}", "restarting true");
        assertThat(docker("ps", "--filter", "name=" + NAME, "--format", "{{.Status}}"))
                .startsWith("Restarting (7)");
        Run refused = engine.docker("rm", NAME);
        assertThat(refused.errors()).contains("stop the container before removing or force remove");
        docker("stop", NAME);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("exited");
        Thread.sleep(500);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("exited");
        docker("rm", NAME);
    }

    @Test
    void killedByHandItStaysDown() throws Exception {
        run("always", "exec sleep 1000");
        docker("kill", NAME);
        docker("wait", NAME);
        Thread.sleep(500);
        assertThat(inspect("{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
    }

    @Test
    void killedByTheHostItStartsAgain() throws Exception {
        run("unless-stopped", "exec sleep 1000");
        String pid = inspect("{{.State.Pid}}");
        new ProcessBuilder("kill", "-9", pid).start().waitFor();
        await("{{.State.Status}} {{.RestartCount}}", "running 1");
        assertThat(inspect("{{.State.Pid}}")).isNotEqualTo(pid);
    }

    @Test
    void anEngineThatWasKilledGoesOnWithIt() throws Exception {
        run("always", "echo run; sleep 0.2; exit 1");
        await("{{.State.Restarting}}", "true");
        engine.kill();
        Thread.sleep(500);
        engine.launch();
        engine.awaitAnswer();
        long before = docker("logs", NAME).lines().count();
        for (int i = 0; i < 1000 && docker("logs", NAME).lines().count() <= before; i++) {
            Thread.sleep(20);
        }
        assertThat(docker("logs", NAME).lines().count()).isGreaterThan(before);
    }

    @Test
    void whatEndedWhileTheEngineWasAwayIsStartedUnlessItWasStopped() throws Exception {
        run("unless-stopped", "exec sleep 1000");
        String pid = inspect("{{.State.Pid}}");
        docker(
                "run",
                "-d",
                "--name",
                NAME + "-stopped",
                "--restart",
                "unless-stopped",
                "lighter/host",
                "sleep",
                "1000");
        docker("stop", "-t", "0", NAME + "-stopped");
        try {
            engine.kill();
            new ProcessBuilder("kill", "-9", pid).start().waitFor();
            engine.launch();
            engine.awaitAnswer();
            await("{{.State.Status}} {{.RestartCount}}", "running 1");
            assertThat(docker("inspect", "-f", "{{.State.Status}}", NAME + "-stopped"))
                    .isEqualTo("exited");
        } finally {
            engine.delete("/containers/" + NAME + "-stopped?force=1");
        }
    }

    @Test
    void badPoliciesAreRefused() throws Exception {
        assertThat(engine.post(
                                "/containers/create",
                                "{\"Image\":\"lighter/host\",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"sometimes\"}}}")
                        .text())
                .contains("unknown policy 'sometimes'");
        Run both = engine.docker("run", "-d", "--rm", "--restart", "always", "lighter/host", "true");
        assertThat(both.exitCode()).isNotZero();
    }
}
