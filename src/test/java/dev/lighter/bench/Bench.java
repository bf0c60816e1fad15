package dev.lighter.bench;

import dev.lighter.bench.Measurements.Crowd;
import dev.lighter.bench.Subject.Figure;
import dev.lighter.engine.DockerRegistry;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Prints a table of figures: this engine's through its socket, beside those of peers that are installed, measured in the same run. Uses the
 * engine at {@code lighter.bench.socket} or the usual place, or starts one of its own.
 */
public final class Bench {
    private static final int WARM_UP = 300;
    private static final int RUNS = 200;
    private static final int PEER_RUNS = 20;
    private static final int CROWD = 504;
    private static final int NETWORK_CROWD = 1000;
    private static final int PEER_CROWD = 48;
    private static final int STARTS = 5;
    private static final int LOADS = 3;
    private static final int BUILDS = 20;
    private static final int COMMITS = 5;

    private final List<Subject> subjects = new ArrayList<>();
    private final Table table = new Table();

    private Bench() {}

    /** Measures and prints. */
    public static void main(String[] arguments) throws Exception {
        new Bench().run();
        System.exit(0);
    }

    private void run() throws Exception {
        String asked = System.getProperty("lighter.bench.socket", "");
        Path running = Path.of(asked.isEmpty() ? "/run/lighter/lighter.sock" : asked);
        // A short name: podman wants no more than 50 characters for the path of its run directory.
        Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "lb");
        if (answers(running)) {
            measure(running, null, directory);
        } else if (!asked.isEmpty()) {
            throw new IOException("no engine answers at " + asked);
        } else {
            try (Engine engine = Engine.start()) {
                measure(engine.socket(), engine, directory);
            }
        }
        delete(directory);
    }

    private static boolean answers(Path socket) {
        try (SocketHttp http = new SocketHttp(socket)) {
            return http.request("GET", "/_ping", "").status() == 200;
        } catch (IOException nobody) {
            return false;
        }
    }

    private void measure(Path socket, @Nullable Engine own, Path directory) throws Exception {
        Subject lighter = new Subject("Lighter", socket, "lighter/host");
        subjects.add(lighter);
        Path archive = directory.resolve("image.tar");
        Path root = directory.resolve("root");
        long archiveBytes = SampleImage.write(archive);
        try (Peers peers = new Peers(directory)) {
            SampleImage.copyHost(root);
            subjects.addAll(peers.start(root));
            for (Subject subject : subjects) {
                try {
                    measure(subject, subject == lighter, directory, archive, archiveBytes);
                } catch (IOException | ExecutionException e) {
                    if (subject == lighter) {
                        throw e;
                    }
                    System.err.println(subject.name() + " could not go on: " + e.getMessage());
                }
            }
            measureTransfers(lighter, directory);
        }
        alone("crun", root, directory);
        alone("runc", root, directory);
        engineItself(own);
        table.print(subjects.stream().map(Subject::name).toList());
        if (own != null) {
            SnapshotBench.print(own);
        }
    }

    private void measure(Subject subject, boolean ours, Path directory, Path archive, long archiveBytes)
            throws Exception {
        String name = subject.name();
        System.err.println("Measuring " + name);
        int runs = ours ? RUNS : PEER_RUNS;
        Measurements.warmUp(subject, ours ? WARM_UP : 5);
        table.put(Row.START, name, Measurements.start(subject, runs));
        table.put(Row.LIFE, name, Measurements.wholeLife(subject, runs));
        table.put(Row.EXEC, name, Measurements.exec(subject, runs));
        Crowd crowd = Measurements.crowd(subject, ours ? CROWD : PEER_CROWD);
        table.put(Row.RATE, name, crowd.startsPerSecond());
        table.put(Row.MEMORY, name, crowd.memoryEach());
        table.put(Row.LIST, name, crowd.listMillis());
        table.put(Row.STATS, name, crowd.statsMillis());
        table.put(Row.REMOVE, name, crowd.removalsPerSecond());
        measureNetwork(subject.on("default"), ours);
        Figure[] log = Measurements.log(subject);
        table.put(Row.LOG_IN, name, log[0]);
        table.put(Row.LOG_OUT, name, log[1]);
        table.put(Row.LOG_TAIL, name, Measurements.tail(subject, 20));
        System.err.println("Loading " + archiveBytes / 1_000_000 + " MB into " + name);
        Figure[] archives = Measurements.loadAndSave(subject, archive, "lighter/bench", LOADS);
        table.put(Row.LOAD, name, archives[0]);
        table.put(Row.FIRST_SAVE, name, archives[1]);
        table.put(Row.SAVE, name, archives[2]);
        table.put(Row.COMMIT, name, Measurements.commit(subject, ours ? COMMITS : 1));
        Figure[] builds = BuildMeasurements.measure(subject, directory, ours ? BUILDS : LOADS, ours ? RUNS : LOADS);
        table.put(Row.BUILD, name, builds[0]);
        table.put(Row.BUILD_CACHED, name, builds[1]);
    }

    private void measureTransfers(Subject lighter, Path directory) throws Exception {
        if (!DockerRegistry.isInstalled()) {
            table.put(Row.PULL, lighter.name(), Figure.missing("no docker-registry here"));
            table.put(Row.PUSH, lighter.name(), Figure.missing("no docker-registry here"));
            return;
        }
        Path archive = directory.resolve("transfer.tar");
        System.err.println("Pulling and pushing an image of " + SampleImage.writeSofter(archive) / 1_000_000 + " MB");
        try (TransferMeasurements transfers = TransferMeasurements.prepare(lighter, archive)) {
            for (Subject subject : subjects) {
                try {
                    Figure[] figures = transfers.measure(subject, LOADS);
                    table.put(Row.PULL, subject.name(), figures[0]);
                    table.put(Row.PUSH, subject.name(), figures[1]);
                } catch (IOException e) {
                    if (subject == lighter) {
                        throw e;
                    }
                    System.err.println(subject.name() + " could not go on: " + e.getMessage());
                }
            }
        }
    }

    /** The same on the default network, which not every peer has here. */
    private void measureNetwork(Subject subject, boolean ours) throws Exception {
        String name = subject.name();
        try {
            int runs = ours ? RUNS : PEER_RUNS;
            Measurements.warmUp(subject, 5);
            table.put(Row.NET_START, name, Measurements.start(subject, runs));
            table.put(Row.NET_LIFE, name, Measurements.wholeLife(subject, runs));
            Crowd crowd = Measurements.crowd(subject, ours ? NETWORK_CROWD : PEER_CROWD);
            table.put(Row.NET_RATE, name, crowd.startsPerSecond());
            table.put(Row.NET_MEMORY, name, crowd.memoryEach());
            table.put(Row.NET_LIST, name, crowd.listMillis());
            table.put(Row.NET_REMOVE, name, crowd.removalsPerSecond());
            if (ours) {
                try (NetworkThroughput throughput = new NetworkThroughput(subject)) {
                    List<Figure> ratios = throughput.measure();
                    table.put(Row.NET_BYTES, name, ratios.get(0));
                    table.put(Row.NET_PUBLISHED, name, ratios.get(1));
                }
            }
        } catch (IOException | ExecutionException e) {
            if (ours) {
                throw e;
            }
            System.err.println(name + " has no default network here: " + e.getMessage());
        }
    }

    /** A bare runtime, without an engine: a whole run of {@code true}. */
    private void alone(String runtime, Path root, Path directory) throws IOException, InterruptedException {
        if (!Peers.isInstalled(runtime)) {
            return;
        }
        Path bundle = Files.createDirectories(directory.resolve(runtime));
        SampleImage.writeBundle(bundle, root);
        table.put(
                Row.LIFE,
                runtime + " alone",
                Measurements.command(
                        PEER_RUNS,
                        runtime,
                        "--root",
                        bundle + "/state",
                        "run",
                        "--bundle",
                        bundle.toString(),
                        "bench"));
    }

    private void engineItself(@Nullable Engine own) throws Exception {
        if (own == null) {
            table.put(Row.ENGINE_START, "Lighter", Figure.missing("only of its own engine"));
            table.put(Row.ENGINE_MEMORY, "Lighter", Figure.missing("only of its own engine"));
            return;
        }
        List<Double> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            own.kill();
            own.launch();
            starts.add((double) own.awaitAnswer());
        }
        table.put(Row.ENGINE_START, "Lighter", Figure.of(Measurements.median(starts), STARTS));
        Thread.sleep(5000);
        long kilobytes = Files.readAllLines(Path.of("/proc/" + own.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
        table.put(Row.ENGINE_MEMORY, "Lighter", Figure.of(kilobytes / 1024.0, 1));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** What is measured, in the order of the table. */
    enum Row {
        START("start of a created container, no network", "ms", 4, true),
        LIFE("create, start, wait, delete of true, no network", "ms", 12, true),
        EXEC("exec of true", "ms", 5, true),
        RATE("create and start, 8 clients, no network", "per s", 150, false),
        MEMORY("memory of an idle container, all parts", "MB", 0.75, true),
        LIST("list of all of these (504; peers 48)", "ms", 8, true),
        STATS("what all of these use, in one call", "ms", 100, true),
        NET_START("start of a created container, default network", "ms", 6, true),
        NET_LIFE("create, start, wait, delete of true, default network", "ms", 15, true),
        NET_RATE("create and start, 8 clients, default network", "per s", 120, false),
        NET_MEMORY("memory of an idle container, default network", "MB", 0.95, true),
        NET_LIST("list of all of these (1000; peers 48)", "ms", 15, true),
        NET_REMOVE("kill, wait, remove, 8 clients, default network", "per s", 120, false),
        NET_BYTES("bytes between containers, to a bridge made by hand", "times", 0.9, false),
        NET_PUBLISHED("bytes through a published port, to the same", "times", 0.9, false),
        LOG_IN("100-byte lines into the log", "MB/s", 180, false),
        LOG_OUT("the log out again", "MB/s", 300, false),
        LOG_TAIL("the last 10 lines of a log of 1 GB", "ms", 20, true),
        LOAD("load of an archive of 455 MB", "s", 2, true),
        FIRST_SAVE("save of that image, for the first time", "s", 4, true),
        SAVE("save of that image, after that", "s", 1, true),
        PULL("pull of six layers from a registry on loopback", "s", 3, true),
        PUSH("push of that image to an empty registry on loopback", "s", 2, true),
        COMMIT("commit of a container that has written 1 GB and ended", "ms", 100, true),
        BUILD("build of ten RUN true", "s", 0.25, true),
        BUILD_CACHED("the same, all of it cached", "ms", 20, true),
        REMOVE("kill, wait, remove, 8 clients", "per s", 150, false),
        ENGINE_START("engine, from start to first answer", "ms", 2500, true),
        ENGINE_MEMORY("engine's resident memory, idle", "MB", 300, true);

        private final String title;
        private final String unit;
        private final double bar;
        private final boolean lessIsBetter;

        Row(String title, String unit, double bar, boolean lessIsBetter) {
            this.title = title;
            this.unit = unit;
            this.bar = bar;
            this.lessIsBetter = lessIsBetter;
        }

        String title() {
            return title + " (" + unit + ")";
        }

        String bar() {
            return (lessIsBetter ? "at most " : "at least ")
                    + (bar == Math.rint(bar) ? Long.toString((long) bar) : Double.toString(bar));
        }

        /** How many times better the first value is than the second. */
        double ratio(double ours, double theirs) {
            return lessIsBetter ? theirs / ours : ours / theirs;
        }
    }
}
