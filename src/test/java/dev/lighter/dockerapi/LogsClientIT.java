package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs by the docker command line: bounded, searched, followed, with what their options say. */
@ExtendWith(EngineExtension.class)
class LogsClientIT {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Engine engine;
    private final String name = "log-" + UUID.randomUUID().toString().substring(0, 8);

    LogsClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    /** Runs a script to its end, with options. */
    private void ran(String script, String... options) throws Exception {
        start(script, options);
        docker("wait", name);
    }

    private void start(String script, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run", "-d", "--name", name));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("lighter/host", "sh", "-c", script));
        docker(arguments.toArray(String[]::new));
    }

    private String logs(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("logs"));
        arguments.addAll(List.of(options));
        arguments.add(name);
        return docker(arguments.toArray(String[]::new));
    }

    private Path directory() throws Exception {
        return engine.data().resolve("containers").resolve(docker("inspect", "-f", "{{.Id}}", name));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as("waiting for " + what).isLessThan(PATIENCE_NANOS);
            Thread.sleep(20);
        }
    }

    private static String numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
    }

    @Test
    void bothStreamsComeBackWhereTheyWereWritten() throws Exception {
        ran("echo out; echo err >&2; printf 'no end'");

        Run run = engine.docker("logs", name);
        assertThat(run.output()).isEqualTo("out\nno end");
        assertThat(run.errors()).isEqualTo("err\n");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "10, 10", "99999, 100", "all, 100", "-1, 100", "nonsense, 100"})
    void theTailIsCountedInLinesAndNotInWrites(String tail, int lines) throws Exception {
        ran("seq 1 100");

        assertThat(logs("--tail", tail)).isEqualTo(lines == 0 ? "" : numbers(101 - lines, 100));
    }

    @Test
    void theTailCountsTheLinesOfBothStreams() throws Exception {
        ran("seq 1 5; sleep 0.2; seq 6 8 >&2; sleep 0.2; seq 9 10");

        Run run = engine.docker("logs", "-n", "4", name);
        assertThat(run.output()).isEqualTo("9\n10\n");
        assertThat(run.errors()).isEqualTo("7\n8\n");
    }

    @Test
    void aLineWrittenInPiecesIsOneLine() throws Exception {
        ran("echo first; printf a; sleep 0.1; printf b; sleep 0.1; echo c");

        assertThat(logs("--tail", "1")).isEqualTo("abc");
        assertThat(logs("-t", "--tail", "1")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z abc");
    }

    @Test
    void timesSelectAndStandBeforeEachLine() throws Exception {
        start("echo one; sleep 0.3; echo two; sleep 0.3; echo three");
        docker("wait", name);
        List<Instant> times = logs("-t")
                .lines()
                .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
                .toList();

        assertThat(times).hasSize(3).isSorted();
        assertThat(logs("--since", times.get(1).toString())).isEqualTo("two\nthree");
        assertThat(logs("--until", times.get(1).toString())).isEqualTo("one\ntwo");
        assertThat(logs("--since", times.get(1).toString(), "--until", times.get(1).toString()))
                .isEqualTo("two");
        assertThat(logs("--since", "1h", "--tail", "2")).isEqualTo("two\nthree");
        assertThat(logs("--until", "1h")).isEmpty();
        String fraction = times.get(2).getEpochSecond() + "." + String.format("%09d", times.get(2).getNano());
        assertThat(logs("--since", fraction)).isEqualTo("three");
    }

    @Test
    void aLogIsBoundedAndItsLastLinesAreThere() throws Exception {
        ran(
                "i=0; while [ $i -lt 30 ]; do seq $((i*1000+1)) $((i*1000+1000)); i=$((i+1)); done",
                "--log-opt",
                "max-size=20k",
                "--log-opt",
                "max-file=3",
                "--log-opt",
                "compress=false");

        List<String> lines = logs().lines().toList();
        int first = Integer.parseInt(lines.get(0));
        assertThat(first).isGreaterThan(1);
        assertThat(String.join("\n", lines)).isEqualTo(numbers(first, 30_000));
        assertThat(logs("--tail", "7000")).isEqualTo(numbers(23_001, 30_000));
        Path segments = directory().resolve("logs");
        await("what is too much to be removed", () -> count(segments) == 3);
        assertThat(bytes(segments)).isLessThan(3 * 25_000L);
    }

    @Test
    void fullFilesAreCompressedAndReadAllTheSame() throws Exception {
        ran("seq 1 60000", "--log-driver", "local", "--log-opt", "max-size=40k", "--log-opt", "max-file=100");

        Path segments = directory().resolve("logs");
        await("compression", () -> names(segments).filter(file -> !file.endsWith(".zst")).count() == 1);
        assertThat(count(segments)).isGreaterThan(3);
        assertThat(logs()).isEqualTo(numbers(1, 60_000));
        assertThat(logs("--tail", "20000")).isEqualTo(numbers(40_001, 60_000));
        assertThat(logs("--since", "1h")).isEqualTo(numbers(1, 60_000));
        assertThat(bytes(segments)).isLessThan(200_000);
    }

    @Test
    void oneFileAloneBeginsAnewWhenItIsFull() throws Exception {
        ran("seq 1 20000; sleep 0.3; echo last", "--log-opt", "max-size=10k");

        Path segments = directory().resolve("logs");
        await("removal", () -> count(segments) == 1);
        assertThat(logs()).endsWith("last").hasSizeLessThan(15_000);
    }

    @Test
    void aFollowerSeesEveryLineAcrossFilesThatAreRemovedBehindIt() throws Exception {
        start(
                "until [ -e /go ]; do sleep 0.05; done; seq 1 100000",
                "--log-opt",
                "max-size=16k",
                "--log-opt",
                "max-file=2");
        Path segments = directory().resolve("logs");
        Process follower = engine.startDocker("logs", "-f", name);
        docker("exec", name, "touch", "/go");

        assertThat(engine.finished(follower).output()).isEqualTo(numbers(1, 100_000) + "\n");
        await("removal", () -> count(segments) == 2);
        assertThat(logs().lines().count()).isLessThan(10_000);
    }

    @Test
    void aFollowerBeginsWithTheTailAndEndsWithTheContainer() throws Exception {
        start("seq 1 50; until [ -e /go ]; do sleep 0.05; done; echo more");
        await("output", () -> printed().contains("50\n"));
        Process follower = engine.startDocker("logs", "-f", "--tail", "2", name);
        await("the tail", () -> printed(follower).equals("49\n50\n"));
        docker("exec", name, "touch", "/go");

        assertThat(engine.finished(follower).output()).isEqualTo("49\n50\nmore\n");
    }

    private String printed() {
        try {
            return engine.docker("logs", name).output();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String printed(Process docker) {
        try {
            return engine.printed(docker);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFollowerOfARemovedContainerGetsAllOfIt() throws Exception {
        start("until [ -e /go ]; do sleep 0.05; done; seq 1 30000", "--rm", "--log-opt", "max-size=16k");
        Process follower = engine.startDocker("logs", "-f", name);
        docker("exec", name, "touch", "/go");

        assertThat(engine.finished(follower).output()).isEqualTo(numbers(1, 30_000) + "\n");
    }

    @Test
    void attachedClientsGetEverythingHoweverLittleIsKept() throws Exception {
        String run = docker("run", "--name", name, "--log-opt", "max-size=4k", "lighter/host", "seq", "1", "60000");

        assertThat(run).isEqualTo(numbers(1, 60_000));
    }

    @Test
    void withoutALogAttachedClientsGetEverythingAndNothingIsKept() throws Exception {
        Run run = engine.docker(
                "run", "--name", name, "--log-driver", "none", "lighter/host", "sh", "-c", "seq 1 60000; echo e >&2");
        assertThat(run.output()).isEqualTo(numbers(1, 60_000) + "\n");
        assertThat(run.errors()).isEqualTo("e\n");

        Run logs = engine.docker("logs", name);
        assertThat(logs.exitCode()).isEqualTo(1);
        assertThat(logs.errors()).contains("configured logging driver does not support reading");
        assertThat(engine.get("/containers/" + name + "/logs?stdout=1").status()).isEqualTo(501);
        Path segments = directory().resolve("logs");
        await("nothing to be left", () -> count(segments) == 1 && bytes(segments) < 100);
        assertThat(docker("inspect", "-f", "{{.HostConfig.LogConfig.Type}}", name)).isEqualTo("none");
    }

    @Test
    void withoutALogAndWithoutClientsOutputGoesNowhere() throws Exception {
        ran("seq 1 100000; exit 3", "--log-driver", "none");

        assertThat(docker("inspect", "-f", "{{.State.ExitCode}}", name)).isEqualTo("3");
        assertThat(bytes(directory().resolve("logs"))).isLessThan(100);
    }

    @Test
    void detailsAreLabelsVariablesAndTag() throws Exception {
        ran(
                "echo one; echo two",
                "--label",
                "team=a b",
                "-e",
                "KIND=x",
                "--log-opt",
                "labels=team,absent",
                "--log-opt",
                "env=KIND",
                "--log-opt",
                "tag={{.Name}}");

        String prefix = "KIND=x,tag=" + name + ",team=a+b ";
        assertThat(logs("--details")).isEqualTo(prefix + "one\n" + prefix + "two");
        assertThat(logs("-t", "--details", "--tail", "1")).endsWith("Z " + prefix + "two");
        assertThat(logs()).isEqualTo("one\ntwo");
    }

    @ParameterizedTest
    @CsvSource({
        "json-file, nope=1, unknown log opt 'nope' for json-file log driver",
        "local, labels=a, unknown log opt 'labels' for log driver local",
        "json-file, max-size=0, max-size must be a positive number",
        "json-file, max-file=0, max-file cannot be less than 1",
        "syslog, tag=x, no log driver named 'syslog' is registered"
    })
    void optionsThatCannotBeAreRefused(String driver, String option, String reason) throws Exception {
        Run run = engine.docker(
                "create", "--name", name, "--log-driver", driver, "--log-opt", option, "lighter/host", "true");

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains(reason);
        assertThat(engine.get("/containers/" + name + "/json").status()).isEqualTo(404);
    }

    @Test
    void optionsAreShownAsTheyWereGiven() throws Exception {
        docker(
                "create",
                "--name",
                name,
                "--log-driver",
                "local",
                "--log-opt",
                "max-size=7m",
                "--log-opt",
                "mode=non-blocking",
                "lighter/host",
                "true");

        assertThat(docker("inspect", "-f", "{{json .HostConfig.LogConfig}}", name))
                .isEqualTo("{\"Type\":\"local\",\"Config\":{\"max-size\":\"7m\",\"mode\":\"non-blocking\"}}");
    }

    @Test
    void aContainerThatHasNotRunHasAnEmptyLog() throws Exception {
        docker("create", "--name", name, "lighter/host", "true");

        assertThat(logs()).isEmpty();
        assertThat(logs("-f", "--tail", "3")).isEmpty();
        assertThat(engine.docker("logs", "no-such-container").errors())
                .contains("No such container: no-such-container");
        Answer neither = engine.get("/containers/" + name + "/logs?stdout=0&stderr=0");
        assertThat(neither.status()).isEqualTo(400);
        assertThat(neither.text()).contains("you must choose at least one stream");
    }

    @Test
    void theLogOfATerminalIsRawAndBoundedToo() throws Exception {
        ran("seq 1 5000", "-t", "--log-opt", "max-size=8k", "--log-opt", "max-file=2");

        String log = engine.docker("logs", name).output();
        assertThat(log).endsWith("4999\r\n5000\r\n").hasSizeBetween(8_000, 21_000);
        assertThat(engine.docker("logs", "-t", "--tail", "1", name).output()).matches("\\S+Z 5000\r\n");
    }

    @Test
    void aSecondRunGoesOnInTheSameLog() throws Exception {
        ran("echo run");
        docker("start", name);
        docker("wait", name);

        assertThat(logs()).isEqualTo("run\nrun");
    }

    private static Stream<String> names(Path segments) {
        try (Stream<Path> entries = Files.list(segments)) {
            return entries.map(entry -> entry.getFileName().toString()).toList().stream();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long count(Path segments) {
        return names(segments).count();
    }

    private static long bytes(Path segments) {
        try (Stream<Path> files = Files.walk(segments)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException gone) {
            return Long.MAX_VALUE;
        }
    }
}
