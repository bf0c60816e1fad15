package dev.lighter.bench;

import dev.lighter.bench.Subject.Figure;
import dev.lighter.engine.Answer;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What is measured of every engine, each through its socket. Times in milliseconds, rates per second. */
final class Measurements {
    private static final int CLIENTS = 8;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int LOG_BYTES = 200_000_000;
    private static final int LONG_LOG_BYTES = 1_000_000_000;
    private static final int SETTLE_MILLIS = 3000;

    private Measurements() {}

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    /** Lets the engine's virtual machine, caches and pools become warm. */
    static void warmUp(Subject subject, int cycles) throws IOException {
        wholeLife(subject, cycles);
    }

    static Figure start(Subject subject, int runs) throws IOException {
        List<Double> times = new ArrayList<>();
        try (SocketHttp http = subject.connect()) {
            for (int i = 0; i < runs; i++) {
                String id = subject.create(http, "sleep", "1000");
                long begin = System.nanoTime();
                subject.start(http, id);
                times.add(since(begin));
                subject.remove(http, id);
            }
        }
        return Figure.of(median(times), runs);
    }

    static Figure wholeLife(Subject subject, int runs) throws IOException {
        List<Double> times = new ArrayList<>();
        try (SocketHttp http = subject.connect()) {
            for (int i = 0; i < runs; i++) {
                long begin = System.nanoTime();
                String id = subject.create(http, "true");
                subject.start(http, id);
                subject.await(http, id);
                subject.remove(http, id);
                times.add(since(begin));
            }
        }
        return Figure.of(median(times), runs);
    }

    /** An image made of a container that has written a gigabyte and ended. */
    static Figure commit(Subject subject, int runs) throws IOException {
        List<Double> times = new ArrayList<>();
        try (SocketHttp http = subject.connect()) {
            for (int i = 0; i < runs; i++) {
                String id = subject.create(http, "sh", "-c", "head -c 1073741824 /dev/zero > /large");
                subject.start(http, id);
                subject.await(http, id);
                long begin = System.nanoTime();
                Answer made = http.request("POST", "/v1.40/commit?container=" + id + "&repo=lighter/commit", "{}");
                times.add(since(begin));
                Subject.expect(made, 201);
                subject.remove(http, id);
                Subject.expect(http.request("DELETE", "/v1.40/images/lighter/commit?force=1", ""), 200);
            }
        }
        return Figure.of(median(times), runs);
    }

    /** A program executed in a container that runs: from its creation to the end of its output. */
    static Figure exec(Subject subject, int runs) throws IOException {
        List<Double> times = new ArrayList<>();
        try (SocketHttp http = subject.connect()) {
            String container = subject.create(http, "sleep", "1000");
            subject.start(http, container);
            for (int i = 0; i < runs; i++) {
                long begin = System.nanoTime();
                String id = Subject.expect(
                                http.request(
                                        "POST",
                                        "/v1.40/containers/" + container + "/exec",
                                        "{\"Cmd\":[\"true\"],\"AttachStdout\":true,\"AttachStderr\":true}"),
                                201)
                        .json()
                        .path("Id")
                        .asString();
                try (SocketHttp stream = subject.connect()) {
                    stream.send(
                            "POST",
                            "/v1.40/exec/" + id + "/start",
                            Map.of("Content-Type", "application/json", "Connection", "Upgrade", "Upgrade", "tcp"),
                            "{\"Detach\":false,\"Tty\":false}".getBytes(StandardCharsets.US_ASCII));
                    Subject.expect(stream.receiveHead(), 101);
                    stream.input().transferTo(OutputStream.nullOutputStream());
                }
                times.add(since(begin));
            }
            subject.remove(http, container);
        }
        return Figure.of(median(times), runs);
    }

    /** What many containers at once cost and give. */
    record Crowd(
            Figure startsPerSecond,
            Figure memoryEach,
            Figure listMillis,
            Figure statsMillis,
            Figure removalsPerSecond) {}

    static Crowd crowd(Subject subject, int count) throws Exception {
        long before = availableKilobytes();
        long begin = System.nanoTime();
        List<String> ids = inParallel(split(count), share -> {
            List<String> made = new ArrayList<>();
            try (SocketHttp http = subject.connect()) {
                for (int i = 0; i < share.size(); i++) {
                    String id = subject.create(http, "sleep", "10000");
                    subject.start(http, id);
                    made.add(id);
                }
            }
            return made;
        });
        double seconds = since(begin) / 1000;
        Thread.sleep(SETTLE_MILLIS);
        double megabytes = (before - availableKilobytes()) / 1024.0 / count;
        Figure list = call(subject, "/v1.40/containers/json", 50);
        Figure stats = stats(subject);
        long removeBegin = System.nanoTime();
        inParallel(shares(ids), share -> {
            try (SocketHttp http = subject.connect()) {
                for (String id : share) {
                    subject.kill(http, id);
                    subject.await(http, id);
                    subject.remove(http, id);
                }
            }
            return share;
        });
        return new Crowd(
                Figure.of(count / seconds, count),
                Figure.of(megabytes, count),
                list,
                stats,
                Figure.of(count / (since(removeBegin) / 1000), count));
    }

    /** Median milliseconds of one call that tells what all containers use, which only this engine has. */
    private static Figure stats(Subject subject) throws IOException {
        try (SocketHttp http = subject.connect()) {
            if (http.request("GET", "/api/stats", "").status() != 200) {
                return Figure.missing("no such call");
            }
        }
        return call(subject, "/api/stats", 20);
    }

    /** Median milliseconds of a request that changes nothing. */
    private static Figure call(Subject subject, String path, int runs) throws IOException {
        List<Double> times = new ArrayList<>();
        try (SocketHttp http = subject.connect()) {
            for (int i = 0; i < runs; i++) {
                long begin = System.nanoTime();
                Subject.expect(http.request("GET", path, ""), 200);
                times.add(since(begin));
            }
        }
        return Figure.of(median(times), runs);
    }

    private static List<List<String>> split(int count) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add("");
        }
        return shares(all);
    }

    private static List<List<String>> shares(List<String> all) {
        List<List<String>> shares = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            shares.add(all.subList(all.size() * i / CLIENTS, all.size() * (i + 1) / CLIENTS));
        }
        return shares;
    }

    private interface Work {
        List<String> run(List<String> share) throws IOException;
    }

    private static List<String> inParallel(List<List<String>> shares, Work work)
            throws InterruptedException, ExecutionException {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<List<String>>> tasks = new ArrayList<>();
            shares.forEach(share -> tasks.add(() -> work.run(share)));
            List<String> results = new ArrayList<>();
            for (Future<List<String>> done : clients.invokeAll(tasks)) {
                results.addAll(done.get());
            }
            return results;
        } finally {
            clients.shutdown();
        }
    }

    /** Megabytes per second of 100-byte lines into the log, and out of it. */
    static Figure[] log(Subject subject) throws IOException {
        try (SocketHttp http = subject.connect()) {
            String id = subject.createWithLongLog(http, "sh", "-c", lines(LOG_BYTES));
            long begin = System.nanoTime();
            subject.start(http, id);
            subject.await(http, id);
            double in = LOG_BYTES / 1000.0 / since(begin);
            long readBegin = System.nanoTime();
            http.send("GET", "/v1.40/containers/" + id + "/logs?stdout=1", java.util.Map.of(), new byte[0]);
            http.receiveHead();
            long total = 0;
            for (int length = http.skipChunk(); length > 0; length = http.skipChunk()) {
                total += length;
            }
            double out = total / 1000.0 / since(readBegin);
            subject.remove(http, id);
            if (total < LOG_BYTES) {
                throw new IOException("the log has only " + total + " bytes");
            }
            return new Figure[] {Figure.of(in, 1), Figure.of(out, 1)};
        }
    }

    private static String lines(long bytes) {
        return "yes " + "x".repeat(99) + " | head -c " + bytes;
    }

    /** The last ten lines of a log of a gigabyte, from the request to the end of the answer. */
    static Figure tail(Subject subject, int runs) throws IOException {
        List<Double> times = new ArrayList<>();
        try (SocketHttp http = subject.connect()) {
            String id = subject.createWithLongLog(http, "sh", "-c", lines(LONG_LOG_BYTES));
            subject.start(http, id);
            subject.await(http, id);
            for (int i = 0; i < runs; i++) {
                long begin = System.nanoTime();
                Subject.expect(http.request("GET", "/v1.40/containers/" + id + "/logs?stdout=1&tail=10", ""), 200);
                times.add(since(begin));
            }
            subject.remove(http, id);
        }
        return Figure.of(median(times), runs);
    }

    static Figure load(Subject subject, Path archive) throws IOException {
        long begin = System.nanoTime();
        try (SocketHttp http = subject.connect()) {
            http.sendFile("POST", "/v1.40/images/load?quiet=1", "application/x-tar", archive);
            Subject.expect(http.receive("POST"), 200);
        }
        return Figure.of(since(begin) / 1000, 1);
    }

    /**
     * Median seconds of a load of an image that is not there, and of saving it again: for the first time, which has engines pack it that keep
     * it packed, and after that.
     */
    static Figure[] loadAndSave(Subject subject, Path archive, String image, int runs) throws IOException {
        List<Double> loads = new ArrayList<>();
        List<Double> firstSaves = new ArrayList<>();
        List<Double> saves = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            loads.add(load(subject, archive).value());
            firstSaves.add(save(subject, image));
            saves.add(save(subject, image));
            try (SocketHttp http = subject.connect()) {
                http.request("DELETE", "/v1.40/images/" + image + "?force=1", "");
            }
        }
        return new Figure[] {
            Figure.of(median(loads), runs), Figure.of(median(firstSaves), runs), Figure.of(median(saves), runs)
        };
    }

    private static double save(Subject subject, String image) throws IOException {
        long begin = System.nanoTime();
        try (SocketHttp http = subject.connect()) {
            http.send("GET", "/v1.40/images/" + image + "/get", Map.of(), new byte[0]);
            Answer head = Subject.expect(http.receiveHead(), 200);
            if ("chunked".equals(head.headers().get("transfer-encoding"))) {
                while (http.skipChunk() > 0) {
                    Thread.onSpinWait();
                }
            } else {
                http.input().skipNBytes(Long.parseLong(head.headers().getOrDefault("content-length", "0")));
            }
        }
        return since(begin) / 1000;
    }

    /** Median milliseconds of a command's whole run. */
    static Figure command(int runs, String... command) throws IOException, InterruptedException {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            long begin = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                return Figure.missing("fails here");
            }
            times.add(since(begin));
        }
        return Figure.of(median(times), runs);
    }

    private static long availableKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
