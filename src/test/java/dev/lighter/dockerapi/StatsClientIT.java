package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.lighter.engine.Answer;
import dev.lighter.engine.ControlGroup;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.HostUsers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What containers use and which processes they have, by the docker command line and on the wire. */
@ExtendWith(EngineExtension.class)
@Timeout(120)
class StatsClientIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int ALLOCATED_MIB = 40;

    private final Engine engine;
    private final String name = "stats-" + UUID.randomUUID().toString().substring(0, 8);

    StatsClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private void run(List<String> options, String script) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "-d", "--name", name));
        all.addAll(options);
        all.addAll(List.of("lighter/host", "sh", "-c", script));
        engine.dockerOutput(all.toArray(String[]::new));
    }

    private void awaitLog(String wanted) throws Exception {
        String seen = "";
        for (int i = 0; i < 1000 && !seen.contains(wanted); i++) {
            Thread.sleep(20);
            seen = engine.dockerOutput("logs", name);
        }
        assertThat(seen).contains(wanted);
    }

    private JsonNode oneShot() throws Exception {
        return engine.get("/containers/" + name + "/stats?stream=false&one-shot=true")
                .json();
    }

    private static double number(String text) {
        return Double.parseDouble(text.replaceAll("[^0-9.].*", ""));
    }

    @Test
    void aBusyLoopWithHalfAProcessorUsesHalfAProcessor() throws Exception {
        run(List.of("--cpus", "0.5"), "while :; do :; done");
        // A busy machine gives it less than the half, and never more.
        double seen = number(engine.dockerOutput("stats", "--no-stream", "--format", "{{.CPUPerc}}", name));
        assertThat(seen).isPositive().isLessThan(65);

        JsonNode two = engine.get("/containers/" + name + "/stats?stream=false").json();
        double used = delta(two, "/cpu_usage/total_usage");
        double machine = delta(two, "/system_cpu_usage");
        double passed = Duration.between(
                        Instant.parse(two.path("preread").asString()),
                        Instant.parse(two.path("read").asString()))
                .toNanos();
        double byFormula = used / machine * two.at("/cpu_stats/online_cpus").asInt();
        assertThat(byFormula)
                .as("the share that clients compute is the share of the time that has passed")
                .isCloseTo(used / passed, withPercentage(15));
        assertThat(byFormula).isPositive().isLessThan(0.65);

        JsonNode cpu = oneShot().path("cpu_stats");
        assertThat(cpu.path("throttling_data").path("periods").asLong()).isPositive();
        assertThat(cpu.path("online_cpus").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    private static double delta(JsonNode stats, String figure) {
        return stats.at("/cpu_stats" + figure).asDouble()
                - stats.at("/precpu_stats" + figure).asDouble();
    }

    @Test
    void memoryIsWhatTheProgramHasTakenOfItsLimit() throws Exception {
        run(
                List.of("-m", "128m"),
                "x=$(head -c " + ALLOCATED_MIB + "m /dev/zero | tr '\\0' a); echo ready; sleep 1000");
        awaitLog("ready");
        String[] usage = engine.dockerOutput("stats", "--no-stream", "--format", "{{.MemUsage}}", name)
                .split(" / ");
        assertThat(usage[0]).endsWith("MiB");
        assertThat(number(usage[0])).isBetween(ALLOCATED_MIB - 1.0, ALLOCATED_MIB * 2.0 + 10);
        assertThat(usage[1]).isEqualTo("128MiB");

        JsonNode memory = oneShot().path("memory_stats");
        assertThat(memory.path("limit").asLong()).isEqualTo(128L << 20);
        assertThat(memory.path("stats").size()).isGreaterThan(10);
    }

    @Test
    void processesAndTheirLimitAreCounted() throws Exception {
        run(List.of("--pids-limit", "33"), "sleep 1000 & sleep 1000 & echo ready; wait");
        awaitLog("ready");
        JsonNode pids = oneShot().path("pids_stats");
        assertThat(pids.path("current").asInt()).isEqualTo(3);
        assertThat(pids.path("limit").asInt()).isEqualTo(33);
        assertThat(engine.dockerOutput("stats", "--no-stream", "--format", "{{.PIDs}} {{.Name}}", name))
                .isEqualTo("3 " + name);
    }

    @Test
    void linksAreNamedAsInsideAndCountWhatWentThroughThem() throws Exception {
        run(List.of(), "sleep 1000");
        String gateway = engine.dockerOutput("inspect", "-f", "{{.NetworkSettings.Gateway}}", name);
        engine.docker("exec", name, "bash", "-c", "for i in 1 2 3; do echo x > /dev/udp/" + gateway + "/9; done");
        JsonNode networks = oneShot().path("networks");
        assertThat(networks.propertyNames()).containsExactly("eth0");
        assertThat(networks.path("eth0").path("tx_packets").asLong()).isPositive();
        assertThat(networks.path("eth0").path("tx_bytes").asLong()).isPositive();
    }

    @Test
    void withoutANetworkThereAreNoLinks() throws Exception {
        run(List.of("--network", "none"), "sleep 1000");
        assertThat(oneShot().has("networks")).isFalse();
    }

    @Test
    void whoSharesANetworkHasItsLinks() throws Exception {
        run(List.of(), "sleep 1000");
        String other = name + "-other";
        try {
            engine.dockerOutput(
                    "run", "-d", "--name", other, "--network", "container:" + name, "lighter/host", "sleep", "1000");
            JsonNode networks = engine.get("/containers/" + other + "/stats?stream=false&one-shot=true")
                    .json()
                    .path("networks");
            assertThat(networks.propertyNames()).containsExactly("eth0");
        } finally {
            engine.delete("/containers/" + other + "?force=1");
        }
    }

    @Test
    void oneReadingHasAnotherBeforeItAndOneShotHasNot() throws Exception {
        run(List.of(), "while :; do sleep 0.01; done");
        JsonNode two = engine.get("/containers/" + name + "/stats?stream=false").json();
        assertThat(two.path("precpu_stats").path("system_cpu_usage").asLong())
                .isPositive()
                .isLessThan(two.path("cpu_stats").path("system_cpu_usage").asLong());
        assertThat(two.path("preread").asString())
                .isLessThan(two.path("read").asString())
                .startsWith("20");
        assertThat(two.path("name").asString()).isEqualTo("/" + name);

        JsonNode one = oneShot();
        assertThat(one.path("preread").asString()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(one.path("precpu_stats")
                        .path("cpu_usage")
                        .path("total_usage")
                        .asLong())
                .isZero();
        JsonNode usage = one.path("cpu_stats").path("cpu_usage");
        assertThat(usage.path("total_usage").asLong()).isPositive();
        if (ControlGroup.isVersion1()) {
            assertThat(usage.path("percpu_usage")).hasSizeGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void aStoppedContainerGivesTheEmptyRecordAtOnce() throws Exception {
        engine.dockerOutput("create", "--name", name, "lighter/host", "true");
        Answer answer = engine.get("/containers/" + name + "/stats?stream=false");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("read").asString()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(answer.json()
                        .path("cpu_stats")
                        .path("cpu_usage")
                        .path("total_usage")
                        .asLong())
                .isZero();
        assertThat(answer.json().path("memory_stats").isEmpty()).isTrue();
        assertThat(answer.json().path("pids_stats").isEmpty()).isTrue();
    }

    @Test
    void theStreamGoesOnThroughARestartAndEndsWithTheContainer() throws Exception {
        run(List.of(), "sleep 1000");
        String id = engine.dockerOutput("inspect", "-f", "{{.Id}}", name);
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sN",
                        "--unix-socket",
                        engine.socket().toString(),
                        "http://d/containers/" + id + "/stats")
                .start();
        try (var lines = curl.inputReader()) {
            assertThat(JSON.readTree(lines.readLine())
                            .path("pids_stats")
                            .path("current")
                            .asInt())
                    .isPositive();
            engine.dockerOutput("stop", "-t", "0", name);
            JsonNode reading = JSON.readTree(lines.readLine());
            while (reading.path("pids_stats").has("current")) {
                reading = JSON.readTree(lines.readLine());
            }
            assertThat(reading.path("id").asString()).isEqualTo(id);
            engine.dockerOutput("start", name);
            while (!reading.path("pids_stats").has("current")) {
                reading = JSON.readTree(lines.readLine());
            }
            assertThat(reading.path("precpu_stats")
                            .path("cpu_usage")
                            .path("total_usage")
                            .asLong())
                    .as("the run before does not count")
                    .isZero();
            engine.dockerOutput("rm", "-f", name);
            String line = lines.readLine();
            while (line != null) {
                line = lines.readLine();
            }
            assertThat(curl.waitFor()).isZero();
        } finally {
            curl.destroyForcibly();
        }
    }

    @Test
    void streamAndOneShotExcludeEachOtherAndNobodyHasNoStats() throws Exception {
        run(List.of(), "sleep 1000");
        assertThat(engine.get("/containers/" + name + "/stats?one-shot=true").message())
                .isEqualTo("cannot have stream=true and one-shot=true");
        assertThat(engine.get("/containers/none-" + name + "/stats").status()).isEqualTo(404);
        Run run = engine.docker("stats", "--no-stream", "none-" + name);
        assertThat(run.errors()).contains("No such container: none-" + name);
    }

    @Test
    void topPrintsWhatPsWouldWithIdsOfTheHost() throws Exception {
        run(HostUsers.FOR_NUMBERS_ON_THE_HOST.and(List.of()), "sleep 1234 & echo ready; wait");
        awaitLog("ready");
        String pid = engine.dockerOutput("inspect", "-f", "{{.State.Pid}}", name);
        List<String> lines = engine.dockerOutput("top", name).lines().toList();
        assertThat(lines.get(0).split(" +")).containsExactly("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD");
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).startsWith("root ").contains(" " + pid + " ").contains("sh -c sleep 1234");
        assertThat(lines.get(2)).contains(" " + pid + " ").endsWith("sleep 1234");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aux | USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND",
                "-o pid,ppid,user,comm,args | PID PPID USER COMMAND COMMAND",
                "-eo pid,stat,etime,nlwp | PID STAT ELAPSED NLWP"
            })
    void topTakesTheUsualColumns(String arguments, String headings) throws Exception {
        run(List.of("-u", "1:1"), "sleep 1000");
        List<String> all = new ArrayList<>(List.of("top", name));
        all.addAll(List.of(arguments.split(" ")));
        List<String> lines =
                engine.dockerOutput(all.toArray(String[]::new)).lines().toList();
        assertThat(String.join(" ", lines.get(0).split(" +"))).isEqualTo(headings);
        assertThat(lines.size()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void topNamesUsersAsTheHostDoes() throws Exception {
        run(HostUsers.FOR_NUMBERS_ON_THE_HOST.and(List.of("-u", "1:1")), "sleep 1000");
        String host = new String(new ProcessBuilder("id", "-nu", "1")
                        .start()
                        .getInputStream()
                        .readAllBytes())
                .strip();
        JsonNode process = engine.get("/containers/" + name + "/top?ps_args=-o%20user,pid,ruid")
                .json()
                .path("Processes")
                .get(0);
        assertThat(process.get(0).asString()).isEqualTo(host);
        assertThat(process.get(2).asString()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-L | -L is not available",
                "--sort=pid | --sort=pid is not available",
                "-o pid,nonsense | there is no column \"nonsense\"",
                "-o comm | Couldn't find PID field in ps output",
                "-o pid=X | is not allowed"
            })
    void topRefusesWhatItDoesNotKnow(String arguments, String words) throws Exception {
        run(List.of(), "sleep 1000");
        Answer answer = engine.get("/containers/" + name + "/top?ps_args=" + arguments.replace(" ", "%20"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains(words);
    }

    @Test
    void topOfAStoppedContainerIsAConflict() throws Exception {
        engine.dockerOutput("create", "--name", name, "lighter/host", "true");
        Run run = engine.docker("top", name);
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains("is not running");
    }

    @Test
    void ourOwnApiTellsReadingsOfOneOfAllAndOnAStream() throws Exception {
        run(List.of("--cpus", "0.5", "--pids-limit", "20"), "while :; do :; done");
        JsonNode one = engine.get("/api/containers/" + name + "/stats").json();
        assertThat(one.path("running").asBoolean()).isTrue();
        assertThat(one.path("cpuLimitPercent").asDouble()).isEqualTo(50);
        assertThat(one.path("processes").asInt()).isEqualTo(1);
        assertThat(one.path("processesLimit").asInt()).isEqualTo(20);
        assertThat(one.path("memoryBytes").asLong()).isPositive();
        List<String> names = new ArrayList<>();
        engine.get("/api/stats")
                .json()
                .forEach(each -> names.add(each.path("name").asString()));
        assertThat(names).contains(name);

        Process curl = new ProcessBuilder(
                        "curl",
                        "-sN",
                        "--unix-socket",
                        engine.socket().toString(),
                        "http://d/api/containers/" + name + "/stats/stream")
                .start();
        try (var lines = curl.inputReader()) {
            List<JsonNode> readings = new ArrayList<>();
            while (readings.size() < 2) {
                String line = lines.readLine();
                if (line.startsWith("data:")) {
                    readings.add(JSON.readTree(line.substring(5)));
                }
            }
            assertThat(readings.get(0).path("cpuPercent").isNull()).isTrue();
            assertThat(readings.get(1).path("cpuPercent").asDouble())
                    .isPositive()
                    .isLessThan(65);
            engine.dockerOutput("rm", "-f", name);
            assertThat(lines.lines()).contains("event:end");
        } finally {
            curl.destroyForcibly();
        }
    }

    @Test
    void ourOwnApiListsProcesses() throws Exception {
        run(List.of(), "sleep 1234 & echo ready; wait");
        awaitLog("ready");
        JsonNode processes =
                engine.get("/api/containers/" + name + "/processes").json();
        assertThat(processes).hasSize(2);
        assertThat(processes.get(0).path("pid").asString())
                .isEqualTo(engine.dockerOutput("inspect", "-f", "{{.State.Pid}}", name));
        assertThat(processes.get(1).path("command").asString()).isEqualTo("sleep 1234");
        engine.dockerOutput("stop", "-t", "0", name);
        assertThat(engine.get("/api/containers/" + name + "/processes").text()).isEqualTo("[]");
        assertThat(engine.get("/api/containers/" + name + "/stats")
                        .json()
                        .path("running")
                        .asBoolean())
                .isFalse();
    }
}
