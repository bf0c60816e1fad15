package dev.lighter.bench;

import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The other engines of this machine, each started on data of its own with the starter image in it, and ended afterwards. */
final class Peers implements AutoCloseable {
    static final String PODMAN = "podman";
    private static final int START_SECONDS = 60;
    private static final String IMAGE = "lighter/host";

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();

    Peers(Path directory) {
        this.directory = directory;
    }

    private Path configuration() {
        return directory.resolve("containers.conf");
    }

    static boolean isInstalled(String command) {
        for (String place : new String[] {"/usr/bin/", "/usr/sbin/", "/usr/local/bin/"}) {
            if (Files.isExecutable(Path.of(place + command))) {
                return true;
            }
        }
        return false;
    }

    /** The peers that are installed and could be started. */
    List<Subject> start(Path rootDirectory) throws IOException, InterruptedException {
        List<Subject> subjects = new ArrayList<>();
        if (isInstalled(PODMAN)) {
            Path data = Files.createDirectories(directory.resolve(PODMAN));
            String[] podman = {
                PODMAN, "--root", data + "/root", "--runroot", data + "/run", "--cgroup-manager", "cgroupfs"
            };
            // Its usual limits can be more than this machine allows, and old versions of crun know no mixed control
            // groups.
            Files.writeString(
                    configuration(),
                    "[containers]\ndefault_ulimits=[\"nofile=4096:4096\",\"nproc=4096:4096\"]\n"
                            + (isInstalled("runc") ? "[engine]\nruntime=\"runc\"\n" : "") + "");
            Path socket = data.resolve("podman.sock");
            if (importImage(rootDirectory, podman)) {
                Subject subject = serve(PODMAN, socket, podman, "system", "service", "--time", "0", "unix://" + socket);
                if (subject != null) {
                    subjects.add(subject);
                }
            }
        }
        if (isInstalled("dockerd")) {
            Path data = Files.createDirectories(directory.resolve("docker"));
            Path socket = data.resolve("docker.sock");
            Subject subject = serve(
                    "Docker",
                    socket,
                    new String[] {"dockerd"},
                    "--data-root",
                    data + "/root",
                    "--exec-root",
                    data + "/run",
                    "--pidfile",
                    data + "/docker.pid",
                    "--host",
                    "unix://" + socket,
                    "--bridge",
                    "none",
                    "--iptables=false",
                    "--ip6tables=false");
            if (subject != null && importImage(rootDirectory, "docker", "-H", "unix://" + socket)) {
                subjects.add(subject);
            }
        }
        return subjects;
    }

    private static boolean importImage(Path rootDirectory, String... command) throws IOException, InterruptedException {
        List<String> importing = new ArrayList<>(List.of(command));
        importing.addAll(List.of("import", "-", IMAGE));
        List<ProcessBuilder> pipeline = List.of(
                new ProcessBuilder("tar", "-C", rootDirectory.toString(), "-c", ".")
                        .redirectError(ProcessBuilder.Redirect.DISCARD),
                new ProcessBuilder(importing)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
        boolean good = true;
        for (Process process : ProcessBuilder.startPipeline(pipeline)) {
            good &= process.waitFor() == 0;
        }
        return good;
    }

    private @Nullable Subject serve(String name, Path socket, String[] command, String... arguments)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("CONTAINERS_CONF", configuration().toString());
        Process process = builder.start();
        processes.add(process);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (SocketHttp http = new SocketHttp(socket)) {
                if (http.request("GET", "/_ping", "").status() == 200) {
                    return new Subject(name, socket, IMAGE);
                }
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        System.err.println(name + " does not start: " + lastLine(log));
        return null;
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Process process : processes) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String place = line.split(" ")[4];
            if (Path.of(place).startsWith(directory)) {
                new ProcessBuilder("umount", "-l", place).inheritIO().start().waitFor();
            }
        }
    }
}
