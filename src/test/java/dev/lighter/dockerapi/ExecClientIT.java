package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs executed in a container that runs, by the docker command line and on the wire. */
@ExtendWith(EngineExtension.class)
@Timeout(120)
class ExecClientIT {
    private final Engine engine;
    private final String name = "exec-" + UUID.randomUUID().toString().substring(0, 8);

    ExecClientIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() throws Exception {
        Run run = engine.docker(
                "run", "-d", "--name", name, "-e", "OWN=1", "-w", "/tmp", "-m", "64m", "lighter/host", "sleep", "1000");
        assertThat(run.exitCode()).as(run.errors()).isZero();
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + name + "?force=1");
    }

    private Run exec(String... arguments) throws Exception {
        return exec(new byte[0], arguments);
    }

    private Run exec(byte[] input, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("exec"));
        for (String argument : arguments) {
            all.add(argument.equals("@") ? name : argument);
        }
        return engine.docker(input, all.toArray(String[]::new));
    }

    private String output(String... arguments) throws Exception {
        Run run = exec(arguments);
        assertThat(run.exitCode()).as(List.of(arguments) + ": " + run.errors()).isZero();
        return run.output().strip();
    }

    @Test
    void outputErrorsAndTheExitCodeComeBack() throws Exception {
        Run run = exec("@", "sh", "-c", "echo out; echo err >&2; exit 42");
        assertThat(run.exitCode()).isEqualTo(42);
        assertThat(run.output()).isEqualTo("out\n");
        assertThat(run.errors()).isEqualTo("err\n");
    }

    @Test
    void aSignalsEndIs128AndItsNumber() throws Exception {
        assertThat(exec("@", "sh", "-c", "kill -9 $$").exitCode()).isEqualTo(137);
    }

    @Test
    void inputGoesInWithInteractiveOnly() throws Exception {
        byte[] input = "three words here".getBytes(StandardCharsets.UTF_8);
        assertThat(exec(input, "-i", "@", "wc", "-w").output().strip()).isEqualTo("3");
        assertThat(exec(input, "@", "wc", "-w").output().strip()).isEqualTo("0");
    }

    @Test
    void manyMegabytesGoThroughBothWays() throws Exception {
        byte[] input = new byte[8 << 20];
        for (int i = 0; i < input.length; i++) {
            input[i] = (byte) ('a' + i % 23);
        }
        Run run = exec(input, "-i", "@", "cat");
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).isEqualTo(new String(input, StandardCharsets.US_ASCII));
    }

    @Test
    void environmentIsTheContainersAndMore() throws Exception {
        assertThat(output("-e", "MORE=2", "@", "sh", "-c", "echo $OWN $MORE $HOME"))
                .isEqualTo("1 2 /root");
        assertThat(output("-e", "OWN=9", "@", "printenv", "OWN")).isEqualTo("9");
        Path file = Files.createTempFile("lighter-env", ".list");
        try {
            Files.writeString(file, "FROM_FILE=yes\n");
            assertThat(output("--env-file", file.toString(), "@", "printenv", "FROM_FILE"))
                    .isEqualTo("yes");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void theWorkingDirectoryIsTheContainersOrTheOneAskedFor() throws Exception {
        assertThat(output("@", "pwd")).isEqualTo("/tmp");
        assertThat(output("-w", "/etc", "@", "pwd")).isEqualTo("/etc");
    }

    @Test
    void theUserIsLookedUpInTheContainer() throws Exception {
        assertThat(output("-u", "1234:4321", "@", "sh", "-c", "id -u; id -g")).isEqualTo("1234\n4321");
        assertThat(output("@", "sh", "-c", "echo 'guest:x:777:888::/home/guest:/bin/sh' >> /etc/passwd"))
                .isEmpty();
        assertThat(output("-u", "guest", "@", "sh", "-c", "id -u; id -g; echo $HOME"))
                .isEqualTo("777\n888\n/home/guest");
        Run run = exec("-u", "nobody-at-all", "@", "true");
        assertThat(run.exitCode()).isEqualTo(126);
        assertThat(run.output() + run.errors()).contains("nobody-at-all");
    }

    @Test
    void privilegesAreTheContainersUnlessAskedForMore() throws Exception {
        String own = output("@", "grep", "CapEff", "/proc/self/status");
        assertThat(own).isEqualTo(output("@", "grep", "CapEff", "/proc/1/status"));
        assertThat(output("@", "grep", "Seccomp:", "/proc/self/status")).endsWith("2");
        assertThat(output("--privileged", "@", "grep", "CapEff", "/proc/self/status"))
                .isNotEqualTo(own)
                .endsWith("ffff");
        assertThat(output("--privileged", "@", "grep", "Seccomp:", "/proc/self/status"))
                .endsWith("0");
        assertThat(output("-u", "1000", "@", "grep", "CapEff", "/proc/self/status"))
                .endsWith("0000000000000000");
    }

    @Test
    void itIsInTheContainersNamespacesAndControlGroups() throws Exception {
        String script = "for n in mnt pid net ipc uts cgroup; do readlink /proc/$1/ns/$n; done";
        assertThat(output("@", "sh", "-c", script, "sh", "self")).isEqualTo(output("@", "sh", "-c", script, "sh", "1"));
        assertThat(output("@", "cat", "/proc/self/cgroup")).isEqualTo(output("@", "cat", "/proc/1/cgroup"));
        Run run = exec("@", "sh", "-c", "head -c 200m /dev/zero | tail -c 150m | wc -c");
        assertThat(run.output())
                .as("memory is bounded by the container's limit")
                .doesNotContain("157286400");
    }

    @Test
    void detachedItRunsOnAndAnswersAtOnce() throws Exception {
        assertThat(output("-d", "@", "sh", "-c", "echo was here > /tmp/mark; sleep 500"))
                .isEmpty();
        for (int i = 0;
                i < 200 && !output("@", "sh", "-c", "cat /tmp/mark || true").equals("was here");
                i++) {
            Thread.sleep(20);
        }
        assertThat(output("@", "cat", "/tmp/mark")).isEqualTo("was here");
    }

    @Test
    void whatCannotBeExecutedGives126Or127AndTheReason() throws Exception {
        Run missing = exec("@", "no-such-program");
        assertThat(missing.exitCode()).isEqualTo(127);
        assertThat(missing.output()).contains("executable file not found in $PATH");
        Run directory = exec("@", "/etc");
        assertThat(directory.exitCode()).isEqualTo(126);
        assertThat(directory.output()).contains("permission denied");
        assertThat(exec("-w", "/nowhere", "@", "true").exitCode()).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 5, 6, 7, 10, 20})
    void noDescriptorOfTheHostsIsAWorkingDirectory(int number) throws Exception {
        Run run = exec("-w", "/proc/self/fd/" + number, "@", "ls", "-a", "..");
        assertThat(run.exitCode()).isNotZero();
        assertThat(run.output()).contains("cannot be entered");
    }

    @Test
    void onlyTheStandardDescriptorsAreOpen() throws Exception {
        assertThat(output("@", "sh", "-c", "echo /proc/self/fd/*"))
                .isEqualTo("/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3");
    }

    @Test
    void containersThatDoNotRunAreRefused() throws Exception {
        assertThat(engine.docker("stop", "-t", "0", name).exitCode()).isZero();
        Run run = exec("@", "true");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("is not running");
        Run unknown = engine.docker("exec", name + "-not", "true");
        assertThat(unknown.errors()).contains("No such container: " + name + "-not");
    }

    @Test
    void itsLifeIsInspected() throws Exception {
        String id = created("{\"Cmd\":[\"sh\",\"-c\",\"exit 9\"],\"User\":\"5:6\",\"AttachStdout\":true}");
        Answer before = engine.get("/exec/" + id + "/json");
        assertThat(before.json().path("Running").asBoolean()).isFalse();
        assertThat(before.json().path("ExitCode").isNull()).isTrue();
        assertThat(before.json().at("/ProcessConfig/entrypoint").asString()).isEqualTo("sh");
        assertThat(before.json().at("/ProcessConfig/arguments").toString()).isEqualTo("[\"-c\",\"exit 9\"]");
        assertThat(before.json().at("/ProcessConfig/user").asString()).isEqualTo("5:6");
        assertThat(engine.post("/exec/" + id + "/start", "{\"Detach\":true}").status())
                .isEqualTo(200);
        for (int i = 0;
                i < 200
                        && engine.get("/exec/" + id + "/json")
                                .json()
                                .path("ExitCode")
                                .isNull();
                i++) {
            Thread.sleep(20);
        }
        assertThat(engine.get("/exec/" + id + "/json").json().path("ExitCode").asInt())
                .isEqualTo(9);
        Answer again = engine.post("/exec/" + id + "/start", "{\"Detach\":true}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.text()).contains("has already run");
    }

    @Test
    void badRequestsAreRefused() throws Exception {
        assertThat(engine.post("/containers/" + name + "/exec", "{\"Cmd\":[]}").text())
                .contains("No exec command specified");
        assertThat(engine.post("/containers/" + name + "/exec", "{\"Cmd\":[\"ls\"],\"Tty\":\"yes\"}")
                        .text())
                .contains("Tty does not have the expected type");
        assertThat(engine.post("/containers/" + name + "/exec", "{\"Cmd\":[\"ls\"],\"WorkingDir\":\"x\"}")
                        .status())
                .isEqualTo(400);
        assertThat(engine.get("/exec/" + "0".repeat(64) + "/json").status()).isEqualTo(404);
        assertThat(engine.post("/exec/unknown/start", "{}").status()).isEqualTo(404);
    }

    @Test
    void itTellsEvents() throws Exception {
        String id = created("{\"Cmd\":[\"echo\",\"x\"],\"AttachStdout\":true}");
        engine.post("/exec/" + id + "/start", "{\"Detach\":true}");
        String events = "";
        for (int i = 0; i < 200 && !events.contains("exec_die"); i++) {
            Thread.sleep(20);
            long now = System.currentTimeMillis() / 1000;
            events = engine.get("/events?since=" + (now - 60) + "&until=" + (now + 1))
                    .text();
        }
        assertThat(events)
                .contains("exec_create: echo x")
                .contains("exec_start: echo x")
                .contains("exec_die")
                .contains(id);
    }

    @Test
    void aTerminalIsTheContainersOwnAndHasTheSizeAskedFor() throws Exception {
        String id = created("{\"Cmd\":[\"sh\",\"-c\",\"tty; stty size; read line; echo got $line; stty size\"],"
                + "\"Tty\":true,\"AttachStdin\":true,\"AttachStdout\":true}");
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(engine.socket()));
            String body = "{\"Tty\":true,\"ConsoleSize\":[30,100]}";
            send(
                    socket,
                    "POST /exec/" + id + "/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            DataInputStream in = new DataInputStream(Channels.newInputStream(socket));
            String heard = until(in, "/dev/pts/0");
            assertThat(heard).startsWith("HTTP/1.1 101").contains("application/vnd.docker.raw-stream");
            assertThat(engine.post("/exec/" + id + "/resize?h=41&w=123").status())
                    .isEqualTo(200);
            send(socket, "hello\n");
            String rest = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(rest).contains("got hello").contains("41 123");
        }
        assertThat(engine.get("/exec/" + id + "/json").json().path("ExitCode").asInt())
                .isZero();
    }

    @Test
    void theExitCodeIsThereWhenTheStreamEnds() throws Exception {
        for (int i = 0; i < 200; i++) {
            String id = created("{\"Cmd\":[\"sh\",\"-c\",\"exit 42\"],\"AttachStdout\":true}");
            try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                socket.connect(UnixDomainSocketAddress.of(engine.socket()));
                send(
                        socket,
                        "POST /exec/" + id + "/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
                                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
                Channels.newInputStream(socket).readAllBytes();
            }
            assertThat(engine.get("/exec/" + id + "/json")
                            .json()
                            .path("ExitCode")
                            .asInt(-1))
                    .as("run " + i)
                    .isEqualTo(42);
        }
    }

    private static void send(SocketChannel socket, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private static String until(DataInputStream in, String wanted) throws IOException {
        StringBuilder heard = new StringBuilder();
        while (!heard.toString().contains(wanted)) {
            int next = in.read();
            assertThat(next).as("the stream ended after " + heard).isNotNegative();
            heard.append((char) next);
        }
        return heard.toString();
    }

    @Test
    void theOldestAreForgottenAndNotTheLatest() throws Exception {
        String body = "{\"Cmd\":[\"true\"]}";
        String first = created(body);
        String last = first;
        for (int i = 0; i < 4200; i++) {
            last = created(body);
        }
        assertThat(engine.get("/exec/" + first + "/json").status()).isEqualTo(404);
        assertThat(engine.get("/exec/" + last + "/json").status()).isEqualTo(200);
        assertThat(exec("@", "sh", "-c", "exit 11").exitCode()).isEqualTo(11);
    }

    @Test
    void itEndsWithItsContainer() throws Exception {
        String id = created("{\"Cmd\":[\"sleep\",\"500\"],\"AttachStdout\":true}");
        engine.post("/exec/" + id + "/start", "{\"Detach\":true}");
        assertThat(engine.docker("kill", name).exitCode()).isZero();
        for (int i = 0;
                i < 200
                        && engine.get("/exec/" + id + "/json")
                                .json()
                                .path("Running")
                                .asBoolean();
                i++) {
            Thread.sleep(20);
        }
        assertThat(engine.get("/exec/" + id + "/json").json().path("ExitCode").asInt())
                .isEqualTo(137);
    }

    private String created(String body) throws IOException {
        Answer answer = engine.post("/containers/" + name + "/exec", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("Id").asString();
    }
}
