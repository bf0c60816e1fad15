package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Testcontainers, unchanged, on the engine's socket; see {@link TestcontainersProgram} for what it is made to do. */
@ExtendWith(EngineExtension.class)
class TestcontainersClientIT {
    private final Engine engine;

    @TempDir
    Path home;

    TestcontainersClientIT(Engine engine) {
        this.engine = engine;
    }

    @Test
    void aProjectsTestsRunOnIt() throws Exception {
        Map<String, String> results = run();
        assertThat(results)
                .containsOnlyKeys(
                        "mappedPort",
                        "waitsForHttp",
                        "waitsForALogMessage",
                        "waitsForACommand",
                        "copiesIn",
                        "copiesOut",
                        "executes",
                        "consumesLogs",
                        "networksWithAliases",
                        "oneShot");
        assertThat(results)
                .allSatisfy((name, result) -> assertThat(result).as(name).isEqualTo("ok"));
    }

    private Map<String, String> run() throws IOException, InterruptedException {
        Path output = home.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + home,
                "-Djava.io.tmpdir=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                TestcontainersProgram.class.getName(),
                busybox());
        builder.environment().put("DOCKER_HOST", "unix://" + engine.socket());
        // Its own helper container is an image that a registry has to give.
        builder.environment().put("TESTCONTAINERS_RYUK_DISABLED", "true");
        builder.environment().put("HOME", home.toString());
        Process process = builder.redirectOutput(output.toFile())
                .redirectError(home.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(home.resolve("errors")))
                .isZero();
        Map<String, String> results = new HashMap<>();
        for (String line : Files.readAllLines(output)) {
            int colon = line.indexOf(": ");
            if (colon > 0 && line.substring(0, colon).chars().allMatch(Character::isLetter)) {
                results.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return results;
    }

    private static String busybox() {
        return Stream.of("/bin/busybox", "/usr/bin/busybox")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("busybox is not installed: see ./lighter test"));
    }
}
