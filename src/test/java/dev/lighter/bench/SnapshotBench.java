package dev.lighter.bench;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.PostgresImage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/**
 * Twenty copies of a running PostgreSQL with a database of 100 MB: from the call to the first query of each, that none sees another's
 * writes, and what it takes on the disk. Prints lines; does nothing but say so where PostgreSQL is not installed.
 */
final class SnapshotBench {
    private static final int COPIES = 20;
    /** With 200 bytes of filling a row takes 236. */
    private static final int ROWS = 430_000;

    private static final int POLL_MILLIS = 100;
    private static final double MILLION = 1e6;

    private final Engine engine;

    private SnapshotBench(Engine engine) {
        this.engine = engine;
    }

    /** Measures alone, on an engine of its own. */
    public static void main(String[] arguments) throws Exception {
        try (Engine engine = Engine.start()) {
            print(engine);
        }
        System.exit(0);
    }

    /** Measures and prints. */
    static void print(Engine engine) throws Exception {
        Optional<Path> programs = PostgresImage.programs();
        if (programs.isEmpty()) {
            System.out.println("copies of a database: PostgreSQL is not installed below /usr/lib/postgresql");
            return;
        }
        PostgresImage.make(engine, programs.get());
        new SnapshotBench(engine).run();
    }

    private void run() throws Exception {
        engine.dockerOutput("run", "-d", "--name", "bench-db", "-v", "bench-db:/pg", PostgresImage.NAME);
        query(
                "bench-db",
                "create table t as select n, repeat('x', 200) as filling from generate_series(1, " + ROWS + ") n");
        query("bench-db", "checkpoint");
        long megabytes = Long.parseLong(query("bench-db", "select pg_database_size('postgres') / 1000000"));
        long start = System.nanoTime();
        expect(engine.post("/api/containers/bench-db/snapshot", "{\"name\":\"bench-db\"}"));
        double snapshot = millisSince(start);
        long before = engine.diskKilobytes();
        ExecutorService clients = Executors.newFixedThreadPool(COPIES);
        List<Future<Double>> first = new ArrayList<>();
        long call = System.nanoTime();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= COPIES; i++) {
            String name = "bench-db-" + i;
            names.add('"' + name + '"');
            first.add(clients.submit((Callable<Double>) () -> {
                String rows = query(name, "select count(*) from t");
                if (!rows.equals(Integer.toString(ROWS))) {
                    throw new IOException(name + " has " + rows + " rows");
                }
                return millisSince(call);
            }));
        }
        expect(engine.post("/api/snapshots/bench-db/copies", "{\"names\":[" + String.join(",", names) + "]}"));
        double answered = millisSince(call);
        List<Double> times = new ArrayList<>();
        for (Future<Double> one : first) {
            times.add(one.get());
        }
        double total = millisSince(call);
        clients.shutdown();
        for (int i = 1; i <= COPIES; i++) {
            query("bench-db-" + i, "insert into t values (-" + i + ", '')");
        }
        for (int i = 1; i <= COPIES; i++) {
            String own = query("bench-db-" + i, "select string_agg(n::text, ',') from t where n < 0");
            if (!own.equals("-" + i)) {
                throw new IOException("copy " + i + " sees " + own);
            }
        }
        long disk = (engine.diskKilobytes() - before) * 1024 / 1_000_000;
        System.out.printf("snapshot of a running PostgreSQL, database of %d MB: %.0f ms%n", megabytes, snapshot);
        System.out.printf(
                "%d copies of it: answered after %.0f ms; first query (all rows counted) after %.0f ms in the median,"
                        + " %.0f ms of the last; %d MB of disk%n",
                COPIES, answered, Measurements.median(times), total, disk);
        for (int i = 1; i <= COPIES; i++) {
            engine.delete("/containers/bench-db-" + i + "?force=1&v=1");
        }
        engine.delete("/containers/bench-db?force=1&v=1");
        engine.delete("/volumes/bench-db");
        engine.delete("/api/snapshots/bench-db");
        engine.delete("/images/" + PostgresImage.NAME);
    }

    private static void expect(Answer answer) throws IOException {
        if (answer.status() != 201) {
            throw new IOException("status " + answer.status() + ": " + answer.text());
        }
    }

    private static double millisSince(long start) {
        return (System.nanoTime() - start) / MILLION;
    }

    /** Carries out a statement as soon as the container is there and its database answers; gives the first value. */
    private String query(String container, String sql) throws Exception {
        for (int i = 0; ; i++) {
            JsonNode inspected =
                    engine.get("/containers/" + container + "/json").json();
            String address =
                    inspected.at("/NetworkSettings/Networks/bridge/IPAddress").asString("");
            if (!address.isEmpty()) {
                try (Connection connection = DriverManager.getConnection(
                                "jdbc:postgresql://" + address + "/postgres", "postgres", "");
                        Statement statement = connection.createStatement()) {
                    if (!statement.execute(sql)) {
                        return "";
                    }
                    try (ResultSet result = statement.getResultSet()) {
                        return result.next() ? String.valueOf(result.getString(1)) : "";
                    }
                } catch (SQLException notYet) {
                    // 08: no connection; 57P03: it is starting up.
                    String state = String.valueOf(notYet.getSQLState());
                    if (!state.startsWith("08") && !state.equals("57P03") || i > 3000) {
                        throw notYet;
                    }
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
