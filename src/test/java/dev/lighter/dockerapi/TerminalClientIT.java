package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers with a terminal: typed to, looked at, detached from, and gone on with by the next engine. */
@Timeout(120)
class TerminalClientIT {
    private static final String NAME = "terminal";
    private static Engine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start();
    }

    @AfterAll
    static void end() throws Exception {
        engine.close();
    }

    @AfterEach
    void remove() throws Exception {
        engine.delete("/containers/" + NAME + "?force=1");
    }

    private static void run(String... command) throws Exception {
        String[] arguments = new String[command.length + 5];
        System.arraycopy(new String[] {"run", "-dit", "--name", NAME, "lighter/host"}, 0, arguments, 0, 5);
        System.arraycopy(command, 0, arguments, 5, command.length);
        Engine.Run run = engine.docker(arguments);
        assertThat(run.exitCode()).as(run.errors()).isZero();
    }

    /** A client that is attached. */
    private static final class Attached implements AutoCloseable {
        private final SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final InputStream in;
        private final StringBuilder heard = new StringBuilder();

        Attached(String query) throws IOException {
            socket.connect(UnixDomainSocketAddress.of(engine.socket()));
            type("POST /containers/" + NAME + "/attach?stream=1&stdin=1&stdout=1&stderr=1" + query
                    + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            in = Channels.newInputStream(socket);
            until("\r\n\r\n");
        }

        void type(String text) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                socket.write(bytes);
            }
        }

        String until(String wanted) throws IOException {
            int from = heard.length();
            while (heard.indexOf(wanted, from) < 0) {
                int next = in.read();
                assertThat(next).as("the stream ended after " + heard).isNotNegative();
                heard.append((char) next);
            }
            return heard.toString();
        }

        boolean isAtEnd() throws IOException {
            return in.read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void theStreamsAreATerminalOfTheContainersOwn() throws Exception {
        run("sh", "-c", "tty; tty </dev/console; test -t 0 && test -t 1 && test -t 2 && echo all; echo $TERM; exit 3");
        assertThat(engine.docker("wait", NAME).output().strip()).isEqualTo("3");
        assertThat(engine.docker("logs", NAME).output()).isEqualTo("/dev/pts/0\r\n/dev/console\r\nall\r\nxterm\r\n");
        Answer logs = engine.get("/containers/" + NAME + "/logs?stdout=1");
        assertThat(logs.headers().get("content-type")).startsWith("application/vnd.docker.raw-stream");
        assertThat(engine.docker("inspect", "-f", "{{.Config.Tty}}", NAME)
                        .output()
                        .strip())
                .isEqualTo("true");
    }

    @Test
    void theCommandLineRunsInteractively() throws Exception {
        Process docker = new ProcessBuilder(
                        "script",
                        "-qec",
                        "docker -H unix://" + engine.socket() + " run -it --rm --name " + NAME
                                + " lighter/host sh -c 'read a; echo got $a; exit 6'",
                        "/dev/null")
                .redirectErrorStream(true)
                .start();
        docker.getOutputStream().write("words\n".getBytes(StandardCharsets.US_ASCII));
        docker.getOutputStream().flush();
        String output = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).contains("got words");
        assertThat(docker.waitFor()).isEqualTo(6);
    }

    @Test
    void whatIsTypedComesBackAndInterruptsWork() throws Exception {
        run("bash", "--norc");
        try (Attached client = new Attached("")) {
            client.type("echo $((6*7))\n");
            assertThat(client.until("42\r\n")).contains("echo $((6*7))");
            // What is typed is shown before it is done; the quotes tell the one from the other.
            client.type("sh -c 'echo be\"\"gun; exec sleep 1000'\n");
            client.until("begun");
            client.type("\u0003");
            client.until("^C");
            client.type("echo after $?\n");
            client.until("after 130");
        }
    }

    @Test
    void manyAreAttachedAtOnceAndSeeTheSame() throws Exception {
        run("bash", "--norc");
        try (Attached one = new Attached("");
                Attached two = new Attached("")) {
            one.type("echo from-$((1+1))\n");
            one.until("from-2");
            two.until("from-2");
            two.type("echo from-$((2+1))\n");
            one.until("from-3");
        }
    }

    @Test
    void theSizeIsChanged() throws Exception {
        run("bash", "--norc");
        assertThat(engine.post("/containers/" + NAME + "/resize?h=40&w=120").status())
                .isEqualTo(200);
        try (Attached client = new Attached("")) {
            client.type("stty size\n");
            client.until("40 120");
        }
        assertThat(engine.post("/containers/" + NAME + "/resize?h=-1&w=120").status())
                .isEqualTo(400);
        assertThat(engine.post("/containers/" + NAME + "/resize?h=x&w=120").status())
                .isEqualTo(400);
        engine.docker("kill", NAME);
        engine.docker("wait", NAME);
        assertThat(engine.post("/containers/" + NAME + "/resize?h=40&w=120").status())
                .isEqualTo(409);
    }

    @Test
    void keysDetachAndTheContainerRunsOn() throws Exception {
        run("bash", "--norc");
        try (Attached client = new Attached("")) {
            client.type("\u0010x");
            client.type("\u0010\u0011");
            while (!client.isAtEnd()) {
                Thread.onSpinWait();
            }
        }
        try (Attached client = new Attached("&detachKeys=ctrl-x,b")) {
            client.type("\u0015echo on-$((1+1))\n");
            client.until("on-2");
            client.type("\u0018b");
            while (!client.isAtEnd()) {
                Thread.onSpinWait();
            }
        }
        assertThat(engine.docker("inspect", "-f", "{{.State.Status}}", NAME)
                        .output()
                        .strip())
                .isEqualTo("running");
        assertThat(engine.post("/containers/" + NAME + "/attach?stream=1&stdout=1&detachKeys=ctrl-1")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void theNextEngineGoesOnWithTheTerminal() throws Exception {
        run(
                "bash",
                "--norc",
                "-c",
                "trap 'echo tick' USR1; echo ready; while :; do read -t 0.05 line && echo line $line; done");
        try (Attached client = new Attached("&logs=1")) {
            client.until("ready");
        }
        engine.kill();
        int pid = -1;
        for (String line : new String(
                        new ProcessBuilder("pgrep", "-f", "echo line \\$line")
                                .start()
                                .getInputStream()
                                .readAllBytes(),
                        StandardCharsets.US_ASCII)
                .split("\n")) {
            pid = line.isBlank() ? pid : Integer.parseInt(line.strip());
        }
        assertThat(pid).isPositive();
        new ProcessBuilder("kill", "-USR1", Integer.toString(pid)).start().waitFor();
        Thread.sleep(300);
        engine.launch();
        engine.awaitAnswer();
        try (Attached client = new Attached("&logs=1")) {
            client.until("tick");
            client.type("hello\n");
            client.until("line hello");
        }
        assertThat(engine.docker("logs", NAME).output()).contains("ready").contains("tick");
        assertThat(engine.post("/containers/" + NAME + "/resize?h=20&w=70").status())
                .isEqualTo(200);
    }

    @Test
    void muchOutputIsKeptWhole() throws Exception {
        run("sh", "-c", "stty -onlcr; seq 1 200000; echo end");
        engine.docker("wait", NAME);
        String output = engine.docker("logs", NAME).output();
        assertThat(output.lines().count()).isEqualTo(200_001);
        assertThat(output).startsWith("1\n2\n").endsWith("200000\nend\n");
    }
}
