package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The engine dies at once and comes back: containers run on, nothing they print or end with is lost. */
class EngineKilledIT {
    private static final int RUNNING = 8;
    private static final int ENDING = 4;
    private static final int LINES = 150;

    @Test
    void containersOutliveTheEngine() throws Exception {
        try (Engine engine = Engine.start()) {
            for (int i = 0; i < RUNNING; i++) {
                run(engine, "on" + i, "i=0; while :; do echo line $i; i=$((i+1)); sleep 0.01; done");
            }
            for (int i = 0; i < ENDING; i++) {
                run(
                        engine,
                        "end" + i,
                        "i=0; while [ $i -lt " + LINES + " ]; do echo line $i; i=$((i+1)); sleep 0.01; done; exit "
                                + (40 + i),
                        i % 2 == 1);
            }
            run(engine, "big", "sleep 1; head -c 20000000 /dev/zero | tr '\\\\0' x; echo done >&2; sleep 1000");
            engine.kill();
            Thread.sleep(4000);
            engine.launch();
            engine.awaitAnswer();
            for (int i = 0; i < RUNNING; i++) {
                assertThat(state(engine, "on" + i).at("/State/Running").asBoolean())
                        .isTrue();
                assertNumbered(log(engine, "on" + i, 1), 100);
            }
            for (int i = 0; i < ENDING; i++) {
                assertThat(state(engine, "end" + i).at("/State/ExitCode").asInt())
                        .isEqualTo(40 + i);
                assertThat(state(engine, "end" + i).at("/State/Status").asString())
                        .isEqualTo("exited");
                assertThat(assertNumbered(log(engine, "end" + i, 1), LINES)).isEqualTo(LINES);
            }
            assertThat(log(engine, "big", 1)).hasSize(20_000_000);
            assertThat(log(engine, "big", 2)).isEqualTo("done\n");
            engine.restart();
            for (int i = 0; i < RUNNING; i++) {
                assertNumbered(log(engine, "on" + i, 1), 200);
                assertThat(engine.post("/containers/on" + i + "/kill").status()).isEqualTo(204);
            }
        }
    }

    private static void run(Engine engine, String name, String script) throws IOException {
        run(engine, name, script, false);
    }

    private static void run(Engine engine, String name, String script, boolean init) throws IOException {
        Answer created = engine.post(
                "/containers/create?name=" + name,
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sh\",\"-c\",\"" + script + "\"],\"HostConfig\":{\"Init\":" + init
                        + "}}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(engine.post("/containers/" + name + "/start").status()).isEqualTo(204);
    }

    private static tools.jackson.databind.JsonNode state(Engine engine, String name) throws IOException {
        return engine.get("/containers/" + name + "/json").json();
    }

    /** Every line is there once and in order, save perhaps a last one that is being written. Gives the count. */
    private static int assertNumbered(String log, int atLeast) {
        List<String> lines = log.lines().toList();
        int whole = log.endsWith("\n") ? lines.size() : lines.size() - 1;
        assertThat(whole).isGreaterThanOrEqualTo(atLeast);
        assertThat(lines.subList(0, whole))
                .isEqualTo(IntStream.range(0, whole).mapToObj(i -> "line " + i).toList());
        return whole;
    }

    private static String log(Engine engine, String name, int wanted) throws IOException {
        byte[] frames =
                engine.get("/containers/" + name + "/logs?stdout=1&stderr=1").body();
        StringBuilder text = new StringBuilder();
        try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(frames))) {
            while (input.available() > 0) {
                int stream = input.readInt() >>> 24;
                byte[] piece = input.readNBytes(input.readInt());
                if (stream == wanted) {
                    text.append(new String(piece, StandardCharsets.UTF_8));
                }
            }
        }
        return text.toString();
    }
}
