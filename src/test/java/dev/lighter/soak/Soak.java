package dev.lighter.soak;

import dev.lighter.MachineState;
import dev.lighter.build.dockerfile.ParserFuzz;
import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import dev.lighter.image.ArchiveFuzz;
import dev.lighter.image.ImageStorm;
import dev.lighter.network.CrowdedNetwork;
import dev.lighter.network.NetworkStorm;
import dev.lighter.network.NetworkTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The long tests, each printing what it saw: the engine killed at random moments of create, start, stop and remove, then at those of
 * networks that come and go, of images that are loaded, imported, saved and pruned, of pulls, pushes and builds, and of commits, snapshots
 * and copies; then a minute of broken archives and another of broken Dockerfiles; then a thousand containers at once; then more on one
 * network than a bridge takes ports. Ends with 1 when anything was wrong. Arguments: the number of kills (100) and of containers (1000).
 */
public final class Soak {
    private static final int CLIENTS = 4;
    private static final int FOLLOWED = 5;
    private static final int MOST_THREADS = 100;
    private static final double WORST_MEGABYTES_ALONE = 0.75;
    private static final double WORST_MEGABYTES_NETWORKED = 0.95;

    private final List<String> wrong = new ArrayList<>();

    private Soak() {}

    /** Runs all of it. */
    public static void main(String[] arguments) throws Exception {
        int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        int containers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1000;
        Path before = Files.createTempFile("lighter-soak", ".state");
        MachineState.main(new String[] {"save", before.toString()});
        Soak soak = new Soak();
        soak.part(() -> soak.kills(2 * kills));
        soak.part(() -> soak.networks(2 * kills));
        soak.part(() -> soak.images(kills));
        soak.part(() -> soak.wrong.addAll(ImageKills.run(kills)));
        soak.part(() -> soak.wrong.addAll(CommitKills.run(kills)));
        soak.part(soak::fuzz);
        soak.part(() -> soak.crowd(containers, "none", WORST_MEGABYTES_ALONE));
        soak.part(() -> soak.crowd(containers, "default", WORST_MEGABYTES_NETWORKED));
        soak.part(() -> soak.network(containers * 3 / 2));
        if (!soak.wrong.isEmpty()) {
            soak.wrong.forEach(sentence -> System.out.println("WRONG: " + sentence));
            System.exit(1);
        }
        MachineState.main(new String[] {"compare", before.toString()});
        Files.delete(before);
        System.exit(0);
    }

    /** One part of the whole. */
    @FunctionalInterface
    private interface Part {
        void run() throws Exception;
    }

    /** What fails is told at once, and does not keep the other parts from being run. */
    private void part(Part part) {
        try {
            part.run();
        } catch (Exception | AssertionError e) {
            e.printStackTrace(System.out);
            wrong.add(String.valueOf(e.getMessage()));
        }
    }

    /** The engine is killed while images come, go and are packed. */
    private void images(int kills) throws Exception {
        try (Engine engine = Engine.start("--lighter.images.starter-image=false")) {
            new ImageStorm(engine, 13).run(kills);
            System.out.println("kills of the engine among images: " + kills);
        }
    }

    /** Broken archives and documents of all kinds for a minute, and broken Dockerfiles for another. */
    private void fuzz() throws Exception {
        Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "lighter-fuzz-");
        try {
            System.out.println(new ArchiveFuzz(directory, 17).run(Duration.ofMinutes(1)));
            long texts = ParserFuzz.run(17, System.nanoTime() + TimeUnit.MINUTES.toNanos(1), Long.MAX_VALUE);
            System.out.println("Dockerfiles at random: " + texts);
        } finally {
            ArchiveFuzz.delete(directory);
        }
    }

    /**
     * Clients create, start, execute in, copy into and out of, stop and remove containers with volumes and restart policies without pause
     * while the engine is killed again and again; afterwards nothing is left.
     */
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
                Random own = new Random(i);
                clients.execute(() -> {
                    while (!over.get()) {
                        live(engine, own);
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
                engine.delete("/containers/" + container.path("Id").asString() + "?force=1&v=1");
            }
            for (var volume : engine.get("/volumes").json().path("Volumes")) {
                engine.delete("/volumes/" + volume.path("Name").asString());
            }
            engine.restart();
            int rows = engine.get("/containers/json?all=1").json().size();
            check(rows == 0, rows + " containers are still listed");
            int volumes = engine.get("/volumes").json().path("Volumes").size();
            check(volumes == 0, volumes + " volumes are still listed");
            for (String kind : List.of("containers", "volumes")) {
                try (var left = Files.list(engine.data().resolve(kind))) {
                    long directories = left.count();
                    check(directories == 0, directories + " directories of " + kind + " are left");
                }
            }
            System.out.println("kills of the engine: " + count + ", slowest answer after a start: " + slowest + " ms");
        }
    }

    /** One container's life, of one of three kinds; what a dead engine does not answer is not looked at. */
    private static void live(Engine engine, Random random) {
        String name = "soak-" + Long.toHexString(random.nextLong());
        String body = switch (random.nextInt(3)) {
            case 0 -> "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"100\"]}";
            case 1 ->
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"100\"],\"Volumes\":{\"/anonymous\":{}},"
                        + "\"HostConfig\":{\"Binds\":[\"" + name + ":/etc\"],\"Tmpfs\":{\"/t\":\"\"}}}";
            default ->
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"false\"],\"HostConfig\":{\"RestartPolicy\":"
                        + "{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}}}";
        };
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            Answer created = http.request("POST", "/containers/create?name=" + name, body);
            if (created.status() != 201) {
                return;
            }
            String container = "/containers/" + created.json().path("Id").asString();
            http.request("POST", container + "/start", "");
            Answer exec = http.request("POST", container + "/exec", "{\"Cmd\":[\"touch\",\"/etc/executed\"]}");
            if (exec.status() == 201) {
                http.request("POST", "/exec/" + exec.json().path("Id").asString() + "/start", "{\"Detach\":true}");
            }
            Answer archive = http.request("GET", container + "/archive?path=/etc/passwd", "");
            if (archive.status() == 200) {
                http.request(
                        "PUT",
                        container + "/archive?path=/etc",
                        Map.of("Content-Type", "application/x-tar"),
                        archive.body());
            }
            http.request("POST", container + "/update", "{\"Memory\":67108864,\"MemorySwap\":-1}");
            http.request("POST", container + (random.nextBoolean() ? "/kill" : "/restart?t=0"), "");
            http.request("POST", "/volumes/create", "{\"Name\":\"" + name + "-own\"}");
            http.request("DELETE", container + "?force=1&v=1", "");
            http.request("DELETE", "/volumes/" + name + "-own", "");
            http.request("DELETE", "/volumes/" + name, "");
        } catch (IOException killed) {
            Thread.yield();
        }
    }

    /** Networks come and go while the engine is killed again and again; after each start what it says of them is true. */
    private void networks(int count) throws Exception {
        Random random = new Random(13);
        try (Engine engine = Engine.start()) {
            for (int i = 0; i < count; i++) {
                NetworkStorm storm = new NetworkStorm(engine, CLIENTS);
                Thread.sleep(100 + random.nextInt(900));
                engine.kill();
                storm.close();
                engine.launch();
                engine.awaitAnswer();
                List<String> differences = NetworkTruth.differences(engine);
                check(differences.isEmpty(), "after kill " + i + ": " + differences);
                NetworkStorm.clear(engine);
            }
            List<String> differences = NetworkTruth.differences(engine);
            check(differences.isEmpty(), "in the end: " + differences);
            System.out.println("kills of the engine while networks changed: " + count);
        }
    }

    /** More containers on the default network than one bridge takes ports: each reaches some others, and all together all. */
    private void network(int count) throws Exception {
        try (Engine engine = Engine.start();
                CrowdedNetwork crowd = new CrowdedNetwork(engine)) {
            long begin = System.nanoTime();
            crowd.start(count);
            double seconds = (System.nanoTime() - begin) / 1e9;
            List<String> unreached = crowd.unreached();
            System.out.printf(
                    "containers on one network: %d, started %.0f per second, %d connections tried, %d failed%n",
                    count, count / seconds, crowd.tried(), unreached.size());
            check(unreached.isEmpty(), "not reached: " + unreached.subList(0, Math.min(10, unreached.size())));
        }
    }

    private void crowd(int count, String network, double worstMegabytes) throws Exception {
        try (Engine engine = Engine.start()) {
            engine.docker("run", "--rm", "lighter/host", "true");
            long imageBytes = bytes(engine.data().resolve("layers"));
            long before = available();
            List<String> ids = new ArrayList<>();
            try (SocketHttp http = new SocketHttp(engine.socket())) {
                for (int i = 0; i < count; i++) {
                    Answer created = http.request(
                            "POST",
                            "/containers/create",
                            "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"10000\"],\"HostConfig\":{\"NetworkMode\":\""
                                    + network + "\"}}");
                    ids.add(created.json().path("Id").asString());
                    Answer started = http.request("POST", "/containers/" + ids.get(i) + "/start", "");
                    check(started.status() == 204, "a start answered " + started.status() + started.text());
                }
            }
            threads(engine, ids);
            Thread.sleep(5000);
            double each = (before - available()) / 1024.0 / count;
            int running = engine.get("/containers/json").json().size();
            System.out.printf(
                    "containers running on network %s: %d of %d, %.3f MB of system memory each%n",
                    network, running, count, each);
            check(running == count, "not all run");
            check(each <= worstMegabytes, "a container takes " + each + " MB");
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

    /** Idle containers have no threads of the engine's; clients that follow have one each. */
    private void threads(Engine engine, List<String> ids) throws IOException {
        List<SocketHttp> followers = new ArrayList<>();
        for (int i = 0; i < FOLLOWED; i++) {
            SocketHttp follower = new SocketHttp(engine.socket());
            follower.send("GET", "/containers/" + ids.get(i) + "/logs?follow=1&stdout=1", Map.of(), new byte[0]);
            check(follower.receiveHead().status() == 200, "a log cannot be followed");
            followers.add(follower);
        }
        long threads;
        try (var tasks = Files.list(Path.of("/proc/" + engine.pid() + "/task"))) {
            threads = tasks.count();
        }
        for (SocketHttp follower : followers) {
            follower.close();
        }
        System.out.printf("threads of the engine: %d, with %d logs followed%n", threads, FOLLOWED);
        check(threads < MOST_THREADS, "the engine has " + threads + " threads");
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            System.out.println(otherwise);
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
