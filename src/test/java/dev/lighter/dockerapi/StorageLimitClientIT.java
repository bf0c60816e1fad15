package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits of how large the files of containers become, by the docker command line. */
@ExtendWith(EngineExtension.class)
class StorageLimitClientIT {
    private static final String FILL = "head -c 30000000 /dev/zero 2>&1 > /big || echo full; stat -c %s /big";
    private final Engine engine;
    private final String name = "limit-" + UUID.randomUUID().toString().substring(0, 8);

    StorageLimitClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private static String mounts() throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo"));
    }

    @Test
    void moreThanTheLimitDoesNotFit() throws Exception {
        String printed = docker("run", "--name", name, "--storage-opt", "size=20m", "lighter/host", "sh", "-c", FILL);
        assertThat(printed).contains("No space left on device").contains("full");
        assertThat(Long.parseLong(printed.substring(printed.lastIndexOf('\n') + 1)))
                .isBetween(8_000_000L, 20L << 20);
        assertThat(docker("inspect", "-f", "{{.HostConfig.StorageOpt}}", name)).isEqualTo("map[size:20m]");
        assertThat(docker("run", "--rm", "--storage-opt", "size=1G", "lighter/host", "sh", "-c", FILL))
                .isEqualTo("30000000");
        assertThat(docker("run", "--rm", "lighter/host", "sh", "-c", FILL)).isEqualTo("30000000");
    }

    @Test
    void whatFitsStaysOverRestartsOfContainersAndEngines() throws Exception {
        docker(
                "run",
                "-d",
                "--name",
                name,
                "--storage-opt",
                "size=100m",
                "lighter/host",
                "sh",
                "-c",
                "echo kept >> /kept; exec sleep 1000");
        docker("restart", "-t", "0", name);
        engine.kill();
        engine.launch();
        engine.awaitAnswer();
        assertThat(docker("exec", name, "cat", "/kept")).isEqualTo("kept\nkept");
        docker("stop", "-t", "0", name);
        engine.restart();
        assertThat(docker("cp", name + ":/kept", "-")).contains("kept");
        docker("start", name);
        assertThat(docker(
                        "exec",
                        name,
                        "sh",
                        "-c",
                        "head -c 200000000 /dev/zero > /big 2>/dev/null || echo full; cat /kept"))
                .isEqualTo("full\nkept\nkept\nkept");
        assertThat(docker("diff", name).lines()).containsExactlyInAnyOrder("A /kept", "A /big");
        assertThat(docker("ps", "-s", "--filter", "name=" + name, "--format", "{{.Size}}"))
                .contains("MB (virtual");
    }

    @Test
    void nothingStaysOnTheHost() throws Exception {
        docker("create", "--name", name, "--storage-opt", "size=16m", "lighter/host", "true");
        String id = docker("inspect", "-f", "{{.Id}}", name);
        docker("start", "-a", name);
        docker("rm", name);
        assertThat(mounts()).doesNotContain(id);
        assertThat(engine.data().resolve("containers").resolve(id)).doesNotExist();
        docker("create", "--name", name, "--storage-opt", "size=16m", "lighter/host", "true");
        String other = docker("inspect", "-f", "{{.Id}}", name);
        engine.stop();
        assertThat(mounts()).doesNotContain(other);
        engine.launch();
        engine.awaitAnswer();
        assertThat(docker("start", "-a", name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "color=blue | unknown option",
                "size=much | invalid size",
                "size=1m | at least 16m",
                "size=-5g | invalid size",
            })
    void limitsThatMakeNoSenseAreRefused(String option, String words) throws Exception {
        Run run = engine.docker("create", "--name", name, "--storage-opt", option, "lighter/host", "true");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.errors()).contains("HostConfig.StorageOpt").contains(words);
    }
}
