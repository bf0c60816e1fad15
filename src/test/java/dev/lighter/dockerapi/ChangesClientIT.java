package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pause, unpause, restart and rename, by the docker command line. */
@ExtendWith(EngineExtension.class)
class ChangesClientIT {
    private static final String TICKS = "while :; do echo tick; sleep 0.02; done";
    private final Engine engine;
    private final String name = "change-" + UUID.randomUUID().toString().substring(0, 8);
    private final String other = name + "-other";

    ChangesClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
        engine.delete("/containers/" + other + "?force=1");
        engine.delete("/networks/" + name);
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private void fails(String words, String... arguments) throws Exception {
        Run run = engine.docker(arguments);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(words);
    }

    private String inspect(String format) throws Exception {
        return docker("inspect", "-f", format, name);
    }

    private long ticks() throws Exception {
        return docker("logs", name).lines().count();
    }

    private void start() throws Exception {
        docker("run", "-d", "--name", name, "lighter/host", "sh", "-c", TICKS);
    }

    @Test
    void aPausedContainerStandsStillAndGoesOn() throws Exception {
        start();
        docker("pause", name);
        assertThat(inspect("{{.State.Status}} {{.State.Paused}} {{.State.Running}}"))
                .isEqualTo("paused true true");
        assertThat(docker("ps", "--filter", "name=" + name, "--format", "{{.Status}} {{.State}}"))
                .startsWith("Up ")
                .endsWith("(Paused) paused");
        assertThat(docker("ps", "-q", "--filter", "status=paused", "--filter", "name=" + name))
                .isNotEmpty();
        long before = ticks();
        Thread.sleep(300);
        assertThat(ticks()).isEqualTo(before);
        docker("unpause", name);
        for (int i = 0; i < 200 && ticks() == before; i++) {
            Thread.sleep(20);
        }
        assertThat(ticks()).isGreaterThan(before);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("running");
    }

    @Test
    void pauseRefusesWhatMakesNoSense() throws Exception {
        start();
        fails("is not paused", "unpause", name);
        docker("pause", name);
        fails("is already paused", "pause", name);
        fails("unpause the container before exec", "exec", name, "true");
        fails("try unpause instead", "start", name);
        docker("stop", "-t", "1", name);
        fails("is not running", "pause", name);
        fails("No such container", "pause", name + "-no");
    }

    @Test
    void aPausedContainerCanBeKilledAndRemoved() throws Exception {
        start();
        docker("pause", name);
        docker("kill", name);
        docker("wait", name);
        assertThat(inspect("{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
        docker("start", name);
        docker("pause", name);
        docker("rm", "-f", name);
        assertThat(docker("ps", "-aq", "--filter", "name=" + name)).isEmpty();
    }

    @Test
    void restartStopsAndStarts() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "lighter/host",
                "sh",
                "-c",
                "trap 'echo asked; exit 0' TERM; echo begun; while :; do sleep 0.05; done");
        for (int i = 0; i < 200 && !docker("logs", name).contains("begun"); i++) {
            Thread.sleep(20);
        }
        String first = inspect("{{.State.StartedAt}} {{.State.Pid}}");
        docker("restart", "-t", "20", name);
        assertThat(inspect("{{.State.StartedAt}} {{.State.Pid}}")).isNotEqualTo(first);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("running");
        for (int i = 0; i < 200 && docker("logs", name).lines().count() < 3; i++) {
            Thread.sleep(20);
        }
        assertThat(docker("logs", name)).isEqualTo("begun\nasked\nbegun");
        docker("stop", "-t", "20", name);
        docker("restart", name);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("running");
    }

    @Test
    void aRenamedContainerIsFoundByItsNewNameOnly() throws Exception {
        docker("network", "create", name);
        docker("run", "-d", "--name", name, "--network", name, "lighter/host", "sleep", "1000");
        docker("run", "-d", "--name", other, "--network", name, "lighter/host", "sleep", "1000");
        String renamed = name + "-renamed";
        docker("rename", other, renamed);
        assertThat(docker("exec", name, "getent", "hosts", renamed)).contains(renamed);
        assertThat(engine.docker("exec", name, "getent", "hosts", other).exitCode())
                .isNotZero();
        fails("No such object", "inspect", other);
        assertThat(docker("inspect", "-f", "{{.Name}}", renamed)).isEqualTo("/" + renamed);
        fails("is already in use by container", "rename", renamed, name);
        fails("same name", "rename", name, name);
        fails("Invalid container name", "rename", name, "/not a name");
        docker("rename", renamed, other);
    }

    @Test
    void changesTellEvents() throws Exception {
        start();
        docker("pause", name);
        docker("unpause", name);
        docker("rename", name, other);
        docker("rename", other, name);
        docker("restart", "-t", "0", name);
        long now = System.currentTimeMillis() / 1000;
        String events = engine.get("/events?since=" + (now - 100) + "&until=" + (now + 1) + "&filters="
                        + java.net.URLEncoder.encode(
                                "{\"container\":[\"" + name + "\"]}", java.nio.charset.StandardCharsets.UTF_8))
                .text();
        assertThat(events)
                .contains(
                        "\"Action\":\"pause\"",
                        "\"Action\":\"unpause\"",
                        "\"Action\":\"rename\"",
                        "\"Action\":\"restart\"");
    }

    @Test
    void aNameAndAPauseOutliveTheEngine() throws Exception {
        try (Engine own = Engine.start()) {
            String id = own.docker("run", "-d", "--name", "first", "lighter/host", "sleep", "1000")
                    .output()
                    .strip();
            assertThat(own.docker("rename", "first", "second").exitCode()).isZero();
            assertThat(own.docker("pause", "second").exitCode()).isZero();
            own.kill();
            own.launch();
            own.awaitAnswer();
            assertThat(own.get("/containers/second/json").json().path("Id").asString())
                    .isEqualTo(id);
            assertThat(own.get("/containers/second/json")
                            .json()
                            .at("/State/Status")
                            .asString())
                    .isEqualTo("paused");
            assertThat(own.docker("unpause", "second").exitCode()).isZero();
        }
    }
}
