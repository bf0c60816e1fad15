package dev.lighter.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An image with this machine's own PostgreSQL, made by an engine of its starter image: files copied into a container, and that committed.
 * Its containers make a database cluster in {@code /pg/data} where there is none, and serve it to everybody without a password.
 */
public final class PostgresImage {
    /** What the image is called. */
    public static final String NAME = "test/postgres";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String SERVE = "test -f /pg/data/PG_VERSION"
            + " || %1$s/initdb -D /pg/data -U postgres -A trust --locale=C --no-sync >/dev/null || exit 1;"
            + " grep -q 'all all 0.0.0.0/0' /pg/data/pg_hba.conf"
            + " || echo 'host all all 0.0.0.0/0 trust' >> /pg/data/pg_hba.conf;"
            + " exec %1$s/postgres -D /pg/data -c 'listen_addresses=*' -c unix_socket_directories=/tmp -c jit=off";

    private PostgresImage() {}

    /** The directory of the newest version's programs, where one is installed. */
    public static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.comparing(
                            bin -> Double.parseDouble(version(bin).getFileName().toString())));
        }
    }

    /** Makes the image. */
    public static void make(Engine engine, Path programs) throws IOException, InterruptedException {
        Path version = version(programs);
        List<String> files = new ArrayList<>(List.of(
                "tar",
                "-chf",
                "-",
                "-C",
                "/",
                "--exclude=*/bitcode",
                "--exclude=*/llvmjit*",
                relative(version),
                "usr/share/postgresql/" + version.getFileName()));
        if (Files.isDirectory(Path.of("/usr/share/zoneinfo"))) {
            files.add("usr/share/zoneinfo");
        }
        files.addAll(libraries(programs));
        Process tar = new ProcessBuilder(files)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        byte[] archive = tar.getInputStream().readAllBytes();
        tar.waitFor();
        String container = engine.dockerOutput(
                "create",
                "lighter/host",
                "sh",
                "-c",
                "mkdir -p /pg/data; chown -R daemon:daemon /pg; chmod 700 /pg/data");
        Engine.Run copied = engine.docker(archive, "cp", "-", container + ":/");
        if (copied.exitCode() != 0) {
            throw new IOException(copied.errors());
        }
        engine.dockerOutput("start", "-a", container);
        engine.dockerOutput(
                "commit",
                "-c",
                "USER daemon",
                "-c",
                "CMD [\"sh\", \"-c\", \"" + String.format(SERVE, programs) + "\"]",
                "-c",
                "STOPSIGNAL SIGINT",
                container,
                NAME);
        engine.dockerOutput("rm", container);
    }

    private static Path version(Path programs) {
        return Objects.requireNonNull(programs.getParent());
    }

    private static String relative(Path path) {
        return path.toString().substring(1);
    }

    /** The libraries of the programs that the image needs, as ldd(1) finds them. */
    private static List<String> libraries(Path programs) throws IOException, InterruptedException {
        TreeSet<String> libraries = new TreeSet<>();
        for (String program : List.of("postgres", "initdb", "psql")) {
            Process ldd = new ProcessBuilder("ldd", programs.resolve(program).toString()).start();
            String output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            ldd.waitFor();
            Stream.of(output.split("\\s+"))
                    .filter(word -> word.startsWith("/"))
                    // What is a link in the image would be replaced by a directory.
                    .map(word ->
                            word.startsWith("/lib") && Files.isSymbolicLink(Path.of("/lib")) ? "/usr" + word : word)
                    .map(word -> word.substring(1))
                    .forEach(libraries::add);
        }
        return List.copyOf(libraries);
    }
}
