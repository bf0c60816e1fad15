package dev.lighter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An engine with data, a socket and a port of its own, in a process that can be killed and started again. */
public final class Engine implements AutoCloseable {
    private static final int START_SECONDS = 120;
    private static final Pattern PASSWORD = Pattern.compile("(?i)password\\W+(\\S+)");

    private final Path directory;
    private final Path socket;
    private final int port;
    private final List<String> options;
    private final Map<Process, Path[]> outputs = new ConcurrentHashMap<>();
    private @Nullable Process process;

    private Engine(Path directory, Path socket, int port, List<String> options) {
        this.directory = directory;
        this.socket = socket;
        this.port = port;
        this.options = options;
    }

    /** What a program gave. */
    public record Run(int exitCode, String output, String errors) {}

    /** A new engine that answers. Options are as on its command line; those of the property {@code lighter.test.engine} come before them. */
    public static Engine start(String... options) throws IOException, InterruptedException {
        String base = System.getProperty("lighter.test.data", "");
        Path parent = base.isEmpty() ? Path.of("/var/tmp") : Files.createDirectories(Path.of(base));
        Path directory = Files.createTempDirectory(parent, "lighter-it-");
        String socket = System.getProperty("lighter.test.socket", "");
        String port = System.getProperty("lighter.test.port", "");
        Engine engine = new Engine(
                directory,
                socket.isEmpty() ? directory.resolve("lighter.sock") : Path.of(socket),
                port.isEmpty() ? freePort() : Integer.parseInt(port),
                List.of(options));
        boolean answers = false;
        try {
            engine.launch();
            engine.awaitAnswer();
            answers = true;
            return engine;
        } finally {
            if (!answers) {
                engine.close();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Starts the process again on the same data, without waiting for an answer. */
    public void launch(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dspring.aot.enabled=" + isPrepared()));
        command.addAll(List.of(
                System.getProperty("lighter.jvm", "-XX:+UseSerialGC -Xmx256m").split(" ")));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        String built = System.getProperty("lighter.engine", "");
        if (built.isEmpty()) {
            command.addAll(List.of("-cp", classPath(), "dev.lighter.Application"));
        } else {
            command.addAll(List.of("-XX:SharedArchiveFile=" + built + "/lighter.jsa", "-jar", built + "/lighter.jar"));
        }
        command.addAll(
                List.of("--lighter.data=" + data(), "--lighter.socket.path=" + socket, "--lighter.http.port=" + port));
        if (options.stream().noneMatch(option -> option.startsWith("--spring.datasource.url="))) {
            command.addAll(TestDatabase.options(directory));
        }
        String everywhere = System.getProperty("lighter.test.engine", "");
        if (!everywhere.isEmpty()) {
            command.addAll(List.of(everywhere.split(" ")));
        }
        command.addAll(options);
        command.addAll(List.of(more));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** Whether containers have users and groups of their own unless they say otherwise. */
    public static boolean hasUserNamespaces() {
        return System.getProperty("lighter.test.engine", "").contains("--lighter.containers.user-namespaces=true");
    }

    /** Whether the build has written the beans' wiring, which the engine then starts with. */
    private static boolean isPrepared() {
        return Engine.class.getResource("/dev/lighter/Application__ApplicationContextInitializer.class") != null;
    }

    /** The tests' own class path without the tests. */
    private static String classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(path.split(":"))
                .filter(entry -> !entry.contains("test-classes"))
                .reduce((a, b) -> a + ":" + b)
                .orElseThrow();
    }

    /** Waits until the engine answers; gives the milliseconds this took. */
    public long awaitAnswer() throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(START_SECONDS)) {
            Process running = process;
            if (running == null || !running.isAlive()) {
                throw new IOException("the engine ended:\n" + Files.readString(log()));
            }
            try (SocketHttp http = new SocketHttp(socket)) {
                if (http.request("GET", "/_ping", "").status() == 200) {
                    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                }
            } catch (IOException notYet) {
                Thread.sleep(10);
            }
        }
        throw new IOException("the engine does not answer:\n" + Files.readString(log()));
    }

    /** Ends the process as a power failure would. */
    public void kill() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    /** Asks the process to end, as the system does when it shuts down, and waits until it has. */
    public void stop() throws IOException, InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroy();
            if (!running.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the engine does not end");
            }
        }
    }

    /** Waits until the process has ended by itself. */
    public void awaitEnd() throws IOException, InterruptedException {
        Process running = process;
        if (running != null && !running.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the engine does not end");
        }
    }

    /** Kills the process, starts it again and waits for its answer. */
    public void restart() throws IOException, InterruptedException {
        kill();
        launch();
        awaitAnswer();
    }

    /** The process id. */
    public long pid() {
        Process running = process;
        return running == null ? -1 : running.pid();
    }

    public Path socket() {
        return socket;
    }

    public int port() {
        return port;
    }

    public Path data() {
        return directory.resolve("data");
    }

    /** What the engine's data takes, as du(1) counts it, without what is mounted in it. */
    public long diskKilobytes() throws IOException, InterruptedException {
        Process du = new ProcessBuilder("du", "-skx", data().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        du.waitFor();
        return Long.parseLong(output.split("\\s")[0]);
    }

    /** Everything that the engine printed. */
    public Path log() {
        return directory.resolve("engine.log");
    }

    /** The administrator's password, as it was printed at the first start. */
    public String password() throws IOException {
        Matcher matcher = PASSWORD.matcher(Files.readString(log()));
        if (!matcher.find()) {
            throw new IOException("no password was printed:\n" + Files.readString(log()));
        }
        return matcher.group(1);
    }

    /** One request on a connection of its own. */
    public Answer request(String method, String path, String body) throws IOException {
        try (SocketHttp http = new SocketHttp(socket)) {
            return http.request(method, path, body);
        }
    }

    /** One request with an archive as its body. */
    public Answer request(String method, String path, byte[] archive) throws IOException {
        try (SocketHttp http = new SocketHttp(socket)) {
            http.send(method, path, Map.of("Content-Type", "application/x-tar"), archive);
            return http.receive(method);
        }
    }

    public Answer get(String path) throws IOException {
        return request("GET", path, "");
    }

    public Answer post(String path) throws IOException {
        return request("POST", path, "");
    }

    public Answer post(String path, String body) throws IOException {
        return request("POST", path, body);
    }

    public Answer delete(String path) throws IOException {
        return request("DELETE", path, "");
    }

    /** What the docker command line prints, which must succeed. */
    public String dockerOutput(String... arguments) throws IOException, InterruptedException {
        Run run = docker(arguments);
        assertThat(run.exitCode()).as(List.of(arguments) + ": " + run.errors()).isZero();
        return run.output().strip();
    }

    /** Runs the docker command line against this engine, without input. */
    public Run docker(String... arguments) throws IOException, InterruptedException {
        return docker(new byte[0], arguments);
    }

    /** Runs the docker command line against this engine. */
    public Run docker(byte[] input, String... arguments) throws IOException, InterruptedException {
        Process docker = startDocker(arguments);
        try (var toDocker = docker.getOutputStream()) {
            toDocker.write(input);
        }
        if (!docker.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            docker.destroyForcibly();
            throw new IOException("docker did not end: " + List.of(arguments));
        }
        return finished(docker);
    }

    /** Starts the docker command line; its output goes to files until {@link #finished}. */
    public Process startDocker(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("docker", "-H", "unix://" + socket));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(directory, "docker", ".out");
        Path errors = Files.createTempFile(directory, "docker", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
        builder.environment()
                .putAll(Map.of(
                        "DOCKER_CONFIG", directory.resolve("docker-config").toString(), "DOCKER_BUILDKIT", "0"));
        Process docker = builder.start();
        outputs.put(docker, new Path[] {output, errors});
        return docker;
    }

    /** What a docker command line that was started has printed so far. */
    public String printed(Process docker) throws IOException {
        Path[] files = outputs.get(docker);
        return files == null ? "" : Files.readString(files[0], StandardCharsets.UTF_8);
    }

    /** Waits for a docker command line and gives what it printed. */
    public Run finished(Process docker) throws IOException, InterruptedException {
        int code = docker.waitFor();
        Path[] files = outputs.remove(docker);
        if (files == null) {
            throw new IOException("this was not started here");
        }
        Run run = new Run(code, Files.readString(files[0]), Files.readString(files[1]));
        Files.delete(files[0]);
        Files.delete(files[1]);
        return run;
    }

    /** A process that was killed has left what others must not find: another one takes it away. */
    private void cleanUp() throws IOException, InterruptedException {
        launch("--lighter.clean-up=true");
        Process cleaning = process;
        if (cleaning != null && !cleaning.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            cleaning.destroyForcibly().waitFor();
        }
    }

    /** Removes every container, ends the process and deletes its data. */
    @Override
    public void close() throws IOException, InterruptedException {
        Process running = process;
        if (running != null && !running.isAlive() && Files.exists(data().resolve("db"))) {
            cleanUp();
        }
        if (running != null && running.isAlive()) {
            for (var container : get("/containers/json?all=1").json()) {
                delete("/containers/" + container.path("Id").asString() + "?force=1");
            }
            running.destroy();
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
            }
        }
        Files.deleteIfExists(socket);
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
