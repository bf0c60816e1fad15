package dev.lighter.soak;

import dev.lighter.MachineState;
import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The long tests, each printing what it saw: the engine killed at random moments of create, start, stop and remove; then a thousand
 * containers at once. Ends with 1 when anything was wrong. Arguments: the number of kills (100) and of containers (1000).
 */
public final class Soak {
    private static final int CLIENTS = 4;
    private static final double WORST_MEGABYTES = 0.75;

    private final List<String> wrong = new ArrayList<>();

    private Soak() {}

    /** Runs all of it. */
    public static void main(String[] arguments) throws Exception {
        int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        int containers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1000;
        Path before = Files.createTempFile("lighter-soak", ".state");
        MachineState.main(new String[] {"save", before.toString()});
        Soak soak = new Soak();
        soak.kills(kills);
        soak.crowd(containers);
        soak.wrong.forEach(sentence -> System.out.println("WRONG: " + sentence));
        if (!soak.wrong.isEmpty()) {
            System.exit(1);
        }
        MachineState.main(new String[] {"compare", before.toString()});
        Files.delete(before);
        System.exit(0);
    }

    /** Clients create, start, stop and remove without pause while the engine is killed again and again; afterwards nothing is left. */
    private void kills(int count) throws Exception {
        Random random = new Random(7);
        try (Engine engine = Engine.start()) {
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS, task -> {
                Thread thread = new Thread(task, "client");
                thread.setDaemon(true);
                return thread;
            });
            AtomicBoolean over = new AtomicBoolean();
            CountDownLatch ended = new CountDownLatch(CLIENTS);
            for (int i = 0; i < CLIENTS; i++) {
                clients.execute(() -> {
                    while (!over.get()) {
                        live(engine);
                    }
                    ended.countDown();
                });
            }
            long slowest = 0;
            for (int i = 0; i < count; i++) {
                Thread.sleep(300 + random.nextInt(700));
                engine.kill();
                engine.launch();
                slowest = Math.max(slowest, engine.awaitAnswer());
            }
            over.set(true);
            ended.await();
            clients.shutdown();
            for (var container : engine.get("/containers/json?all=1").json()) {
                engine.delete("/containers/" + container.path("Id").asString() + "?force=1");
            }
            engine.restart();
            int rows = engine.get("/containers/json?all=1").json().size();
            check(rows == 0, rows + " containers are still listed");
            try (var left = Files.list(engine.data().resolve("containers"))) {
                long directories = left.count();
                check(directories == 0, directories + " directories of containers are left");
            }
            System.out.println("kills of the engine: " + count + ", slowest answer after a start: " + slowest + " ms");
        }
    }

    private static void live(Engine engine) {
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            Answer created = http.request(
                    "POST", "/containers/create", "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"100\"]}");
            if (created.status() != 201) {
                return;
            }
            String container = "/containers/" + created.json().path("Id").asString();
            http.request("POST", container + "/start", "");
            http.request("POST", container + "/kill", "");
            http.request("DELETE", container + "?force=1", "");
        } catch (IOException killed) {
            Thread.yield();
        }
    }

    private void crowd(int count) throws Exception {
        try (Engine engine = Engine.start()) {
            engine.docker("run", "--rm", "lighter/host", "true");
            long imageBytes = bytes(engine.data().resolve("layers"));
            long before = available();
            List<String> ids = new ArrayList<>();
            try (SocketHttp http = new SocketHttp(engine.socket())) {
                for (int i = 0; i < count; i++) {
                    Answer created = http.request(
                            "POST", "/containers/create", "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"10000\"]}");
                    ids.add(created.json().path("Id").asString());
                    Answer started = http.request("POST", "/containers/" + ids.get(i) + "/start", "");
                    check(started.status() == 204, "a start answered " + started.status() + started.text());
                }
            }
            Thread.sleep(5000);
            double each = (before - available()) / 1024.0 / count;
            int running = engine.get("/containers/json").json().size();
            System.out.printf("containers running: %d of %d, %.3f MB of system memory each%n", running, count, each);
            check(running == count, "not all run");
            check(each <= WORST_MEGABYTES, "a container takes " + each + " MB");
            check(bytes(engine.data().resolve("layers")) == imageBytes, "the image's bytes are stored more than once");
            for (String id : ids) {
                Answer removed = engine.delete("/containers/" + id + "?force=1");
                check(removed.status() == 204, "a removal answered " + removed.status());
            }
            try (var left = Files.list(engine.data().resolve("containers"))) {
                check(left.findAny().isEmpty(), "directories of containers are left");
            }
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            wrong.add(otherwise);
        }
    }

    private static long bytes(Path directory) throws IOException {
        try (var tree = Files.walk(directory)) {
            return tree.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static long available() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
