package dev.lighter.dockerapi;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.containers.output.WaitingConsumer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * What the tests of a project that uses Testcontainers do, in a process of its own, since Testcontainers takes the engine's address from
 * the environment. Prints a line for each case, {@code name: ok} or {@code name: } and what went wrong.
 */
final class TestcontainersProgram {
    private static final DockerImageName IMAGE = DockerImageName.parse("lighter/host:latest");
    private static final int HTTP = 8000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private interface Case {
        void run() throws Exception;
    }

    private TestcontainersProgram() {}

    /** Runs all cases; the argument is the path of busybox on the host, which serves in the containers. */
    public static void main(String[] arguments) {
        String busybox = arguments[0];
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("mappedPort", () -> mappedPort(busybox));
        cases.put("waitsForHttp", () -> waitsForHttp(busybox));
        cases.put("waitsForALogMessage", TestcontainersProgram::waitsForALogMessage);
        cases.put("waitsForACommand", TestcontainersProgram::waitsForACommand);
        cases.put("copiesIn", TestcontainersProgram::copiesIn);
        cases.put("copiesOut", TestcontainersProgram::copiesOut);
        cases.put("executes", TestcontainersProgram::executes);
        cases.put("consumesLogs", TestcontainersProgram::consumesLogs);
        cases.put("networksWithAliases", () -> networksWithAliases(busybox));
        cases.put("oneShot", TestcontainersProgram::oneShot);
        cases.forEach((name, test) -> {
            try {
                test.run();
                System.out.println(name + ": ok");
            } catch (Exception | AssertionError e) {
                System.out.println(name + ": " + String.valueOf(e).replace('\n', ' '));
                e.printStackTrace();
            }
        });
        System.exit(0);
    }

    private static GenericContainer<?> container(String... command) {
        return new GenericContainer<>(IMAGE).withCommand(command).withStartupTimeout(PATIENCE);
    }

    private static GenericContainer<?> server(String busybox) {
        return container("/bin/busybox", "httpd", "-f", "-p", Integer.toString(HTTP), "-h", "/site")
                .withCopyFileToContainer(MountableFile.forHostPath(busybox, 0755), "/bin/busybox")
                .withCopyToContainer(Transferable.of("welcome\n"), "/site/index.html")
                .withExposedPorts(HTTP);
    }

    private static void mappedPort(String busybox) throws IOException {
        try (GenericContainer<?> server = server(busybox)) {
            server.start();
            expect("welcome", page(server.getHost(), server.getMappedPort(HTTP)));
        }
    }

    private static String page(String host, int port) throws IOException {
        try (Socket socket = new Socket(host, port);
                OutputStream out = socket.getOutputStream()) {
            out.write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void waitsForHttp(String busybox) {
        try (GenericContainer<?> server = server(busybox)) {
            server.waitingFor(Wait.forHttp("/").forStatusCode(200)).start();
            expect("true", Boolean.toString(server.isRunning()));
        }
    }

    private static void waitsForALogMessage() {
        try (GenericContainer<?> container = container("sh", "-c", "sleep 0.3; echo ready now; exec sleep 1000")) {
            container.waitingFor(Wait.forLogMessage(".*ready now.*", 1)).start();
            expect("ready now", container.getLogs(OutputType.STDOUT));
        }
    }

    private static void waitsForACommand() throws Exception {
        try (GenericContainer<?> container = container("sh", "-c", "sleep 0.3; touch /ready; exec sleep 1000")) {
            container.waitingFor(Wait.forSuccessfulCommand("test -e /ready")).start();
            expect("/ready", container.execInContainer("ls", "/ready").getStdout());
        }
    }

    private static void copiesIn() throws Exception {
        try (GenericContainer<?> container = container("sleep", "1000")) {
            container.withCopyToContainer(Transferable.of("before"), "/etc/before.txt");
            container.start();
            container.copyFileToContainer(Transferable.of("while it runs"), "/srv/deep/while.txt");
            expect(
                    "before while it runs",
                    container
                            .execInContainer(
                                    "sh", "-c", "cat /etc/before.txt; echo ' ' | tr -d '\\n'; cat /srv/deep/while.txt")
                            .getStdout());
        }
    }

    private static void copiesOut() throws Exception {
        try (GenericContainer<?> container = container("sh", "-c", "echo made inside > /made; exec sleep 1000")) {
            container.waitingFor(Wait.forSuccessfulCommand("test -s /made")).start();
            expect(
                    "made inside",
                    container.copyFileFromContainer(
                            "/made", stream -> new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    private static void executes() throws Exception {
        try (GenericContainer<?> container = container("sleep", "1000")) {
            container.start();
            ExecResult result = container.execInContainer("sh", "-c", "echo out; echo err >&2; exit 3");
            expect("out", result.getStdout());
            expect("err", result.getStderr());
            expect("3", Integer.toString(result.getExitCode()));
        }
    }

    private static void consumesLogs() throws Exception {
        ToStringConsumer all = new ToStringConsumer();
        WaitingConsumer waiting = new WaitingConsumer();
        try (GenericContainer<?> container =
                container("sh", "-c", "for i in 1 2 3; do echo line $i; done; sleep 1000")) {
            container.withLogConsumer(all.andThen(waiting)).start();
            waiting.waitUntil(frame -> frame.getUtf8String().contains("line 3"));
            expect("line 1", all.toUtf8String());
            expect("line 2", all.toUtf8String());
        }
    }

    private static void networksWithAliases(String busybox) throws Exception {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = server(busybox);
                GenericContainer<?> client = container("sleep", "1000")) {
            server.withNetwork(network).withNetworkAliases("shop").start();
            client.withNetwork(network)
                    .withCopyFileToContainer(MountableFile.forHostPath(busybox, 0755), "/bin/busybox")
                    .start();
            expect(
                    "welcome",
                    client.execInContainer("/bin/busybox", "wget", "-q", "-O", "-", "http://shop:" + HTTP + "/")
                            .getStdout());
        }
    }

    private static void oneShot() {
        try (GenericContainer<?> container = container("sh", "-c", "echo done")) {
            container
                    .withStartupCheckStrategy(new OneShotStartupCheckStrategy())
                    .start();
            InspectContainerResponse ended = container.getCurrentContainerInfo();
            expect("0", String.valueOf(ended.getState().getExitCodeLong()));
            expect("done", container.getLogs());
        }
    }

    private static void expect(String expected, String seen) {
        if (!seen.contains(expected)) {
            throw new AssertionError("expected \"" + expected + "\" in \"" + seen + "\"");
        }
    }
}
