package dev.lighter.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The database that the tests' engines use: the file in their data, or, with {@code -Dlighter.test.postgres=DIRECTORY} of a server's
 * programs, one in a PostgreSQL server that starts with the first and ends with this JVM.
 */
public final class TestDatabase {
    private static final Map<Path, List<String>> DATABASES = new HashMap<>();
    private static @Nullable PostgresServer server;

    private TestDatabase() {}

    /** The options with which an engine uses the database that belongs to this data directory. */
    public static synchronized List<String> options(Path data) {
        String programs = System.getProperty("lighter.test.postgres", "");
        if (programs.isEmpty()) {
            return List.of();
        }
        List<String> known = DATABASES.get(data);
        if (known == null) {
            try {
                known = server(Path.of(programs)).createDatabase();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            DATABASES.put(data, known);
        }
        return known;
    }

    private static PostgresServer server(Path programs) throws IOException {
        PostgresServer running = server;
        if (running == null) {
            try {
                running = PostgresServer.start(programs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while PostgreSQL started", e);
            }
            server = running;
        }
        return running;
    }
}
