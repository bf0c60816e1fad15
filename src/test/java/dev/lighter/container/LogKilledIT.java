package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The engine is killed while logs rotate all the time: no line is lost or doubled, and nothing half-made stays. */
class LogKilledIT {
    private static final int LINES = 60_000;
    private static final int KILLS = 2;

    @Test
    void linesThatAreWrittenWhileTheEngineDiesInRotationsAreAllThereOnce() throws Exception {
        try (Engine engine = Engine.start()) {
            String id = engine.dockerOutput(
                    "run",
                    "-d",
                    "--name",
                    "rotating",
                    "--log-driver",
                    "local",
                    "--log-opt",
                    "max-size=4k",
                    "--log-opt",
                    "max-file=1000",
                    "lighter/host",
                    "sh",
                    "-c",
                    "i=0; while [ $i -lt " + LINES + " ]; do echo $i; i=$((i+1)); [ $((i%2000)) -ne 0 ] || sleep 0.2; done");
            Path logs = engine.data().resolve("containers").resolve(id).resolve("logs");
            for (int i = 0; i < KILLS; i++) {
                long segments = entries(logs);
                while (entries(logs) < segments + 3
                        && engine.dockerOutput("inspect", "-f", "{{.State.Running}}", id).equals("true")) {
                    Thread.sleep(1);
                }
                engine.restart();
            }
            assertThat(engine.dockerOutput("wait", id)).isEqualTo("0");

            List<String> lines = engine.dockerOutput("logs", id).lines().toList();
            assertThat(lines)
                    .isEqualTo(IntStream.range(0, LINES).mapToObj(Integer::toString).toList());
            assertThat(engine.dockerOutput("logs", "--tail", "30000", id).lines()).hasSize(30_000);
            try (Stream<Path> names = Files.list(logs)) {
                assertThat(names).noneMatch(name -> name.toString().endsWith(".new"));
            }
        }
    }

    private static long entries(Path logs) throws Exception {
        try (Stream<Path> entries = Files.list(logs)) {
            return entries.count();
        }
    }
}
