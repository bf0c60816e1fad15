package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients attached to containers: what they get, that they hold nothing up, and that nothing stays of those that hang up. */
@ExtendWith(EngineExtension.class)
class AttachClientIT {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Engine engine;
    private final String name = "attach-" + UUID.randomUUID().toString().substring(0, 8);

    AttachClientIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    private void start(String script) throws Exception {
        docker("run", "-d", "--name", name, "lighter/host", "sh", "-c", script);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).as("waiting for " + what).isLessThan(PATIENCE_NANOS);
            Thread.sleep(20);
        }
    }

    private String printed() {
        try {
            return engine.docker("logs", name).output();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void attachReplaysWhatWasWrittenWhenAsked() throws Exception {
        start("echo before; until [ -e /go ]; do sleep 0.05; done; echo after");
        await("output", () -> printed().equals("before\n"));
        try (SocketHttp replaying = attach("logs=1&stream=1&stdout=1");
                SocketHttp live = attach("stream=1&stdout=1");
                SocketHttp past = attach("logs=1&stdout=1")) {
            docker("exec", name, "touch", "/go");

            assertThat(text(replaying)).isEqualTo("before\nafter\n");
            assertThat(text(live)).isEqualTo("after\n");
            assertThat(text(past)).isEqualTo("before\n");
        }
    }

    @Test
    void aClientThatClosesItsHalfEndsTheInputAndGetsTheRest() throws Exception {
        docker("create", "-i", "--name", name, "lighter/host", "sh", "-c", "cat; echo rest");
        try (SocketHttp client = attach("stream=1&stdin=1&stdout=1")) {
            docker("start", name);
            client.output().write("typed\n".getBytes(StandardCharsets.US_ASCII));
            client.endOutput();

            assertThat(text(client)).isEqualTo("typed\nrest\n");
        }
    }

    @Test
    void aPausedContainerIsNotAttachedTo() throws Exception {
        start("sleep 1000");
        docker("pause", name);
        Answer refused = engine.post("/containers/" + name + "/attach?stream=1&stdout=1");
        docker("unpause", name);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("is paused, unpause the container before attach");
    }

    @Test
    void clientsThatDoNotReadHoldUpNeitherTheContainerNorTheEnginesMemory() throws Exception {
        docker("create", "--name", name, "lighter/host", "sh", "-c", "yes 0123456789012345678 | head -c 100000000");
        List<SocketHttp> slow = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            slow.add(attach("stream=1&stdout=1"));
        }
        long before = residentKilobytes();
        docker("start", name);
        for (int i = 0; i < 10; i++) {
            SocketHttp http = new SocketHttp(engine.socket());
            http.send("GET", "/containers/" + name + "/logs?follow=1&stdout=1", Map.of(), new byte[0]);
            slow.add(http);
        }
        assertThat(docker("wait", name)).isEqualTo("0");

        assertThat(residentKilobytes() - before).as("kB for 20 clients and 100 MB").isLessThan(60_000);
        assertThat(payload(slow.get(0))).isEqualTo(100_000_000);
        for (SocketHttp client : slow) {
            client.close();
        }
    }

    @Test
    void clientsThatHangUpOnASilentContainerLeaveNoThread() throws Exception {
        start("sleep 1000");
        long before = threads("lighter-stream");
        List<SocketHttp> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(attach("stream=1&stdout=1&stdin=0"));
            clients.get(i).endOutput();
        }
        await("clients to be attached", () -> threads("lighter-stream") >= before + 20);
        for (SocketHttp client : clients) {
            client.close();
        }

        await("their threads to end", () -> threads("lighter-stream") <= before);
    }

    private SocketHttp attach(String query) throws IOException {
        SocketHttp http = new SocketHttp(engine.socket());
        http.send(
                "POST",
                "/containers/" + name + "/attach?" + query,
                Map.of("Connection", "Upgrade", "Upgrade", "tcp"),
                new byte[0]);
        assertThat(http.receiveHead().status()).isEqualTo(101);
        return http;
    }

    private static String text(SocketHttp http) throws IOException {
        StringBuilder text = new StringBuilder();
        for (byte[] header = http.input().readNBytes(8); header.length == 8; header = http.input().readNBytes(8)) {
            int length = ByteBuffer.wrap(header).getInt(4);
            text.append(new String(http.input().readNBytes(length), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static long payload(SocketHttp http) throws IOException {
        long total = 0;
        for (byte[] header = http.input().readNBytes(8); header.length == 8; header = http.input().readNBytes(8)) {
            int length = ByteBuffer.wrap(header).getInt(4);
            http.input().skipNBytes(length);
            total += length;
        }
        return total;
    }

    private long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + engine.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private long threads(String kind) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + engine.pid() + "/task"))) {
            return tasks.filter(task -> {
                        try {
                            return Files.readString(task.resolve("comm")).startsWith(kind);
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
