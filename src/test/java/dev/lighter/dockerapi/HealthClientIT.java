package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.image.TarBytes;
import dev.lighter.image.TestImage;
import dev.lighter.kernel.Arch;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Health checks, what is done about unhealthy containers, and pauses, by the docker command line and across engines. */
class HealthClientIT {
    private static final String NAME = "probed";
    private static final JsonMapper JSON = new JsonMapper();
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

    private static JsonNode state() throws Exception {
        return engine.get("/containers/" + NAME + "/json").json().path("State");
    }

    private static JsonNode await(String status) throws Exception {
        JsonNode state = state();
        for (int i = 0;
                i < 1000 && !state.path("Health").path("Status").asString().equals(status);
                i++) {
            Thread.sleep(20);
            state = state();
        }
        assertThat(state.path("Health").path("Status").asString())
                .as(state.toString())
                .isEqualTo(status);
        return state;
    }

    private static void awaitProbes(int more) throws Exception {
        String last = lastProbe();
        for (int seen = 0, i = 0; seen < more; i++) {
            assertThat(i).as("no probe came").isLessThan(1000);
            Thread.sleep(10);
            String now = lastProbe();
            if (!now.equals(last)) {
                seen++;
                last = now;
            }
        }
    }

    private static String lastProbe() throws Exception {
        JsonNode log = state().path("Health").path("Log");
        return log.isEmpty() ? "" : log.get(log.size() - 1).path("Start").asString();
    }

    private static void awaitStatus(String wanted) throws Exception {
        String seen = "";
        for (int i = 0; i < 1000 && !seen.equals(wanted); i++) {
            Thread.sleep(20);
            seen = state().path("Status").asString();
        }
        assertThat(seen).isEqualTo(wanted);
    }

    private static void run(String check, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("run", "-d", "--name", NAME, "--health-cmd", check, "--health-interval", "100ms"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("lighter/host", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done"));
        docker(arguments.toArray(String[]::new));
    }

    private static String inside(String script) throws Exception {
        return docker("exec", NAME, "sh", "-c", script);
    }

    private static List<String> actions() throws Exception {
        Instant now = Instant.now();
        String filter = "{\"container\":[\"" + inspect("{{.Id}}") + "\"]}";
        return engine.get("/events?since=0&until=" + now.getEpochSecond() + "."
                        + String.format(Locale.ROOT, "%09d", now.getNano()) + "&filters="
                        + URLEncoder.encode(filter, StandardCharsets.UTF_8))
                .text()
                .lines()
                .map(line -> JSON.readTree(line).path("Action").asString())
                .toList();
    }

    /** Events are told a moment after what they tell of can be seen. */
    private static void awaitActions(String... wanted) throws Exception {
        for (int i = 0; i < 500 && !contains(actions(), wanted); i++) {
            Thread.sleep(20);
        }
        assertThat(actions()).containsSubsequence(wanted);
    }

    private static boolean contains(List<String> actions, String... wanted) {
        int found = 0;
        for (String action : actions) {
            found += found < wanted.length && action.equals(wanted[found]) ? 1 : 0;
        }
        return found == wanted.length;
    }

    @Test
    void aSuccessMakesHealthyAndTheListSaysSo() throws Exception {
        run("echo fine; echo bad >&2");
        JsonNode state = await("healthy");
        JsonNode first = state.path("Health").path("Log").get(0);
        assertThat(first.path("ExitCode").asInt(-5)).isZero();
        assertThat(first.path("Output").asString()).contains("fine\n").contains("bad\n");
        assertThat(first.path("End").asString())
                .isGreaterThan(first.path("Start").asString());
        assertThat(docker("ps", "--filter", "name=" + NAME, "--format", "{{.Status}}"))
                .endsWith("(healthy)");
        assertThat(docker("ps", "--filter", "health=healthy", "--format", "{{.Names}}"))
                .isEqualTo(NAME);
        assertThat(docker("ps", "-q", "--filter", "health=unhealthy")).isEmpty();
        awaitActions("start", "health_status: healthy");
    }

    @Test
    void beforeTheFirstProbeItIsStarting() throws Exception {
        run("true", "--health-interval", "1h");
        assertThat(docker("ps", "--filter", "health=starting", "--format", "{{.Status}}"))
                .endsWith("(health: starting)");
        assertThat(inspect("{{.State.Health.Status}} {{.State.Health.FailingStreak}} {{len .State.Health.Log}}"))
                .isEqualTo("starting 0 0");
    }

    @Test
    void failuresInARowMakeUnhealthyAndOneSuccessHealthyAgain() throws Exception {
        run("test -e /ok || { echo missing; exit 3; }", "--health-retries", "2");
        JsonNode health = await("unhealthy").path("Health");
        assertThat(health.path("FailingStreak").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(health.path("Log").get(0).path("ExitCode").asInt()).isEqualTo(3);
        assertThat(health.path("Log").get(0).path("Output").asString()).isEqualTo("missing\n");
        assertThat(docker("ps", "--filter", "name=" + NAME, "--format", "{{.Status}}"))
                .endsWith("(unhealthy)");
        inside("touch /ok");
        assertThat(await("healthy").path("Health").path("FailingStreak").asInt(-1))
                .isZero();
        awaitActions("health_status: unhealthy", "health_status: healthy");
    }

    @Test
    void failuresOfTheStartPeriodDoNotCount() throws Exception {
        run("test -e /ok", "--health-retries", "1", "--health-start-period", "1h", "--health-start-interval", "50ms");
        awaitProbes(3);
        assertThat(inspect("{{.State.Health.Status}} {{.State.Health.FailingStreak}}"))
                .isEqualTo("starting 0");
        inside("touch /ok");
        await("healthy");
        inside("rm /ok");
        await("unhealthy");
    }

    @Test
    void aProbeThatTakesTooLongIsEndedWithWhatItStarted() throws Exception {
        run("echo begun; sleep 987; true", "--health-timeout", "150ms", "--health-retries", "1");
        JsonNode probe = await("unhealthy").path("Health").path("Log").get(0);
        assertThat(probe.path("ExitCode").asInt()).isEqualTo(-1);
        assertThat(probe.path("Output").asString())
                .startsWith("Health check exceeded timeout (150ms)")
                .contains("begun");
        awaitProbes(2);
        assertThat(sleepers()).as("processes of probes").isLessThanOrEqualTo(1);
    }

    private static long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith("sleep 987"))
                .count();
    }

    @Test
    void onlyTheBeginningOfTheOutputAndTheLatestFiveAreKept() throws Exception {
        run("i=0; while [ $i -lt 2000 ]; do echo 0123456789; i=$((i+1)); done", "--health-interval", "30ms");
        await("healthy");
        awaitProbes(6);
        JsonNode log = state().path("Health").path("Log");
        assertThat(log.size()).isEqualTo(5);
        assertThat(log.get(4).path("Output").asString()).hasSize(4096 + 3).endsWith("...");
    }

    @Test
    void aProgramThatIsNotThereIsAFailureInWords() throws Exception {
        assertThat(engine.post(
                                "/containers/create?name=" + NAME,
                                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"1000\"],\"Healthcheck\":"
                                        + "{\"Test\":[\"CMD\",\"no-such-program\"],\"Interval\":50000000,\"Retries\":1}}")
                        .status())
                .isEqualTo(201);
        docker("start", NAME);
        JsonNode probe = await("unhealthy").path("Health").path("Log").get(0);
        assertThat(probe.path("ExitCode").asInt()).isEqualTo(-1);
        assertThat(probe.path("Output").asString()).contains("no-such-program").contains("not found");
    }

    @Test
    void probesRunAsTheUserInTheDirectoryWithTheEnvironment() throws Exception {
        run("echo $(id -u) $(pwd) $COLOUR", "-u", "12", "-w", "/tmp", "-e", "COLOUR=green");
        assertThat(await("healthy")
                        .path("Health")
                        .path("Log")
                        .get(0)
                        .path("Output")
                        .asString())
                .isEqualTo("12 /tmp green\n");
        assertThat(inspect("{{.ExecIDs}}")).isEqualTo("[]");
    }

    @Test
    void aPausedContainerIsNotProbedAndGoesOn() throws Exception {
        run("true");
        await("healthy");
        docker("pause", NAME);
        String last = lastProbe();
        Thread.sleep(400);
        assertThat(lastProbe()).isEqualTo(last);
        assertThat(docker("ps", "--filter", "name=" + NAME, "--format", "{{.Status}}"))
                .endsWith("(Paused)");
        docker("unpause", NAME);
        awaitProbes(2);
        assertThat(inspect("{{.State.Health.Status}}")).isEqualTo("healthy");
    }

    @Test
    void aStoppedContainerIsNotHealthyAndBeginsAnew() throws Exception {
        run("true", "--health-interval", "200ms");
        await("healthy");
        docker("stop", "-t", "5", NAME);
        assertThat(inspect("{{.State.Health.Status}}")).isEqualTo("unhealthy");
        docker("start", NAME);
        assertThat(inspect("{{.State.Health.FailingStreak}}")).isEqualTo("0");
        await("healthy");
    }

    @Test
    void withoutACheckNothingIsSaid() throws Exception {
        docker("run", "-d", "--name", NAME, "--no-healthcheck", "lighter/host", "sleep", "1000");
        assertThat(inspect("{{json .State.Health}} {{json .Config.Healthcheck.Test}}"))
                .isEqualTo("null [\"NONE\"]");
        assertThat(docker("ps", "--filter", "health=none", "--format", "{{.Names}}"))
                .contains(NAME);
    }

    @Test
    void theConfigurationIsShownAsItWasGiven() throws Exception {
        run("true", "--health-timeout", "2s", "--health-retries", "4", "--health-start-period", "3s");
        assertThat(inspect("{{json .Config.Healthcheck}}"))
                .isEqualTo("{\"Test\":[\"CMD-SHELL\",\"true\"],\"Interval\":100000000,\"Timeout\":2000000000,"
                        + "\"StartPeriod\":3000000000,\"Retries\":4}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"Interval\":999999|Interval in Healthcheck cannot be less than 1ms",
                "\"Timeout\":-1|Timeout in Healthcheck cannot be less than 1ms",
                "\"StartPeriod\":5|StartPeriod in Healthcheck cannot be less than 1ms",
                "\"StartInterval\":5|StartInterval in Healthcheck cannot be less than 1ms",
                "\"Retries\":-1|Retries in Healthcheck cannot be negative",
                "\"Test\":[\"RUN\",\"x\"]|unknown type \\\"RUN\\\"",
                "\"Test\":[\"CMD\"]|CMD needs a command",
                "\"Test\":[\"\"]|begin with CMD, CMD-SHELL or NONE",
                "\"Test\":\"true\"|Test",
                "\"Grace\":5|Healthcheck.Grace"
            })
    void whatMakesNoSenseIsRefused(String field, String reason) throws Exception {
        Answer answer = engine.post(
                "/containers/create",
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"true\"],\"Healthcheck\":{" + field + "}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains(reason);
    }

    @Test
    void anUnknownActionIsRefused() throws Exception {
        Run label = engine.docker("create", "--label", "lighter.unhealthy.action=explode", "lighter/host", "true");
        assertThat(label.errors()).contains("unknown action \"explode\"");
        Run annotation = engine.docker("create", "--annotation", "lighter.unhealthy.action=", "lighter/host", "true");
        assertThat(annotation.errors()).contains("HostConfig.Annotations: lighter.unhealthy.action");
    }

    @Test
    void anUnhealthyContainerIsRestartedOncePerTurn() throws Exception {
        run(
                "test ! -e /tmp/bad",
                "--health-retries",
                "1",
                "--tmpfs",
                "/tmp",
                "--label",
                "lighter.unhealthy.action=restart");
        await("healthy");
        String before = inspect("{{.State.Pid}}");
        inside("touch /tmp/bad");
        for (int i = 0; i < 1000 && inspect("{{.State.Pid}}").matches(before + "|0"); i++) {
            Thread.sleep(20);
        }
        awaitActions("restart", "health_status: healthy");
        List<String> actions = actions();
        assertThat(actions)
                .containsSubsequence(
                        "health_status: unhealthy",
                        "unhealthy_action: restart",
                        "die",
                        "start",
                        "restart",
                        "health_status: healthy");
        assertThat(actions).filteredOn("unhealthy_action: restart"::equals).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"stop, 0", "kill, 137"})
    void anUnhealthyContainerThatIsEndedStaysDown(String action, String code) throws Exception {
        run(
                "false",
                "--health-retries",
                "1",
                "--restart",
                "always",
                "--annotation",
                "lighter.unhealthy.action=" + action);
        awaitStatus("exited");
        Thread.sleep(300);
        assertThat(inspect("{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited " + code);
        awaitActions("unhealthy_action: " + action, "die");
    }

    @Test
    void healthSurvivesTheEngineAndProbesGoOn() throws Exception {
        run("echo run; test ! -e /bad", "--health-retries", "1");
        await("healthy");
        inside("touch /bad");
        await("unhealthy");
        engine.kill();
        engine.launch();
        engine.awaitAnswer();
        assertThat(inspect("{{.State.Health.Status}}")).isEqualTo("unhealthy");
        inside("rm /bad");
        await("healthy");
        engine.stop();
        engine.launch();
        engine.awaitAnswer();
        assertThat(inspect("{{.State.Health.Status}} {{(index .State.Health.Log 0).Output}}"))
                .startsWith("healthy run");
        awaitProbes(1);
    }

    /** As a death of the engine between the record and the freezer leaves them, in either direction. */
    @Test
    void theRecordDecidesWhetherAContainerIsFrozen() throws Exception {
        run("true");
        Path freezer = freezer(inspect("{{.State.Pid}}"));
        String asked = freezer.endsWith("cgroup.freeze") ? "1" : "FROZEN";
        String released = freezer.endsWith("cgroup.freeze") ? "0" : "THAWED";
        engine.kill();
        Files.writeString(freezer, asked);
        engine.launch();
        engine.awaitAnswer();
        assertThat(Files.readString(freezer).strip()).isEqualTo(released);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("running");
        docker("pause", NAME);
        engine.kill();
        Files.writeString(freezer, released);
        engine.launch();
        engine.awaitAnswer();
        assertThat(Files.readString(freezer).strip()).isEqualTo(asked);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("paused");
        docker("unpause", NAME);
        assertThat(inside("echo alive")).isEqualTo("alive");
    }

    private static Path freezer(String pid) throws Exception {
        String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
        for (String line : Files.readAllLines(Path.of("/proc", pid, "cgroup"))) {
            String[] parts = line.split(":", 3);
            if (List.of(parts[1].split(",")).contains("freezer")) {
                for (String mount : mounts.split("\n")) {
                    String[] fields = mount.split(" ");
                    if (mount.contains(" cgroup ")
                            && List.of(mount.substring(mount.lastIndexOf(' ') + 1)
                                            .split(","))
                                    .contains("freezer")) {
                        return Path.of(fields[4] + parts[2], "freezer.state");
                    }
                }
            }
        }
        String unified = Files.readAllLines(Path.of("/proc", pid, "cgroup")).stream()
                .filter(line -> line.startsWith("0::"))
                .findFirst()
                .orElseThrow()
                .substring(3);
        return Path.of("/sys/fs/cgroup" + unified, "cgroup.freeze");
    }

    @Test
    void aSignalThatDoesNotEndWaitsUntilAPausedContainerGoesOn() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                NAME,
                "lighter/host",
                "sh",
                "-c",
                "trap 'echo heard' HUP; echo ready; while :; do sleep 0.05; done");
        for (int i = 0; i < 500 && !docker("logs", NAME).contains("ready"); i++) {
            Thread.sleep(20);
        }
        docker("pause", NAME);
        docker("kill", "-s", "HUP", NAME);
        assertThat(inspect("{{.State.Status}}")).isEqualTo("paused");
        docker("unpause", NAME);
        for (int i = 0; i < 500 && !docker("logs", NAME).contains("heard"); i++) {
            Thread.sleep(20);
        }
        assertThat(docker("logs", NAME)).contains("heard");
        docker("pause", NAME);
        docker("kill", NAME);
        awaitStatus("exited");
        awaitActions("pause", "kill", "unpause", "pause", "unpause", "die");
    }

    @Test
    void anImageSaysHowItIsProbedAndARequestWhatIsDifferent() throws Exception {
        TestImage image = new TestImage(
                TestImage.of(new TarBytes().file("a", "a")).layers(),
                Map.of(
                        "Cmd",
                        List.of("/a"),
                        "Healthcheck",
                        Map.of("Test", List.of("CMD", "/probe"), "Interval", 5_000_000_000L, "Retries", 7)),
                Arch.host().ociName());
        assertThat(engine.request("POST", "/images/load", image.dockerArchive("probed:1"))
                        .status())
                .isEqualTo(200);
        try {
            assertThat(JSON.readTree(docker("image", "inspect", "-f", "{{json .Config.Healthcheck}}", "probed:1")))
                    .isEqualTo(JSON.readTree("{\"Test\":[\"CMD\",\"/probe\"],\"Interval\":5000000000,\"Retries\":7}"));
            docker("create", "--name", NAME, "--health-retries", "2", "probed:1");
            assertThat(JSON.readTree(inspect("{{json .Config.Healthcheck}}")))
                    .isEqualTo(JSON.readTree("{\"Test\":[\"CMD\",\"/probe\"],\"Interval\":5000000000,\"Retries\":2}"));
        } finally {
            engine.delete("/containers/" + NAME + "?force=1");
            engine.delete("/images/probed:1?force=1");
        }
    }
}
