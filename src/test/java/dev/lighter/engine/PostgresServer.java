package dev.lighter.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL server of the tests' own: made in a directory below {@code /var/tmp}, on a free port of loopback, with a password; it and
 * its directory are gone when it is closed, or when this JVM ends. Safe for all threads.
 */
public final class PostgresServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;
    private static final String PASSWORD = UUID.randomUUID().toString();

    private final Path programs;
    private final Path directory;
    private final int port;
    private final Thread atExit = new Thread(this::end, "postgres-end");

    private PostgresServer(Path programs, Path directory, int port) {
        this.programs = programs;
        this.directory = directory;
        this.port = port;
    }

    /**
     * A server that accepts connections.
     *
     * @param programs the directory of {@code initdb} and {@code pg_ctl}, such as {@code /usr/lib/postgresql/15/bin}
     */
    public static PostgresServer start(Path programs) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(
                Path.of("/var/tmp"),
                "lighter-postgres-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        PostgresServer server = new PostgresServer(programs, directory, freePort());
        Runtime.getRuntime().addShutdownHook(server.atExit);
        Files.setOwner(
                directory,
                directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        server.run(
                "initdb",
                "--pgdata=" + server.cluster(),
                "--username=lighter",
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
        server.startAgain();
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Starts the server after {@link #stop}, on the same port and data. */
    public void startAgain() throws IOException, InterruptedException {
        run(
                "pg_ctl",
                "--pgdata=" + cluster(),
                "--wait",
                "--log=" + directory.resolve("server.log"),
                "--options=-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
                        + " -c max_connections=200",
                "start");
    }

    /** Ends the server and with it every connection. */
    public void stop() throws IOException, InterruptedException {
        run("pg_ctl", "--pgdata=" + cluster(), "--wait", "--mode=immediate", "stop");
    }

    /** Makes an empty database; gives the options with which an engine uses it. */
    public List<String> createDatabase() throws IOException {
        String name = "lighter_" + UUID.randomUUID().toString().replace("-", "");
        execute("create database " + name);
        return List.of(
                "--spring.datasource.url=" + url(name),
                "--spring.datasource.username=lighter",
                "--spring.datasource.password=" + PASSWORD);
    }

    /** Carries out one statement in the server's own database. */
    public void execute(String statement) throws IOException {
        try (Connection connection = DriverManager.getConnection(url("postgres"), "lighter", PASSWORD);
                Statement statements = connection.createStatement()) {
            statements.execute(statement);
        } catch (SQLException e) {
            throw new IOException(statement, e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private Path cluster() {
        return directory.resolve("cluster");
    }

    /** Runs one of the server's programs as its user: it refuses to be root. */
    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                programs.resolve(program).toString()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve(program + ".out");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(program + " does not end: " + Files.readString(output));
        }
        if (process.exitValue() != 0) {
            throw new IOException(program + " failed: " + Files.readString(output));
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        try {
            if (Files.exists(cluster().resolve("postmaster.pid"))) {
                stop();
            }
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
