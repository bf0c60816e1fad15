package dev.lighter.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's docker-registry on a loopback port, with data of its own. */
public final class DockerRegistry implements AutoCloseable {
    private static final int START_SECONDS = 30;

    private final Path directory;
    private final int port;
    private final Process process;

    private DockerRegistry(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** Whether the program is installed. */
    public static boolean isInstalled() {
        return Files.isExecutable(Path.of("/usr/bin/docker-registry"));
    }

    /**
     * Starts one.
     *
     * @param http more lines of the configuration's section {@code http}, indented by two
     * @param auth the section {@code auth}, or empty
     */
    public static DockerRegistry start(String http, String auth) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "registry-it-");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path configuration = directory.resolve("config.yml");
        Files.writeString(
                configuration,
                "version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: "
                        + directory.resolve("data") + "\nhttp:\n  addr: 127.0.0.1:" + port + "\n" + http + auth);
        Process process = new ProcessBuilder("docker-registry", "serve", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        DockerRegistry registry = new DockerRegistry(directory, port, process);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return registry;
                }
            } catch (IOException notYet) {
                Thread.sleep(20);
            }
        }
        String log = Files.readString(directory.resolve("log"));
        registry.close();
        throw new IOException("docker-registry does not start: " + log);
    }

    /** Host and port, as references name it. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
