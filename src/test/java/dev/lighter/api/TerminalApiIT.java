package dev.lighter.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.RawWebSocket;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

/** Shells and attached terminals over {@code /api}, as the dashboard opens them; and who may not. */
@Timeout(90)
@ExtendWith(EngineExtension.class)
class TerminalApiIT {
    private static final String NAME = "terminal-api";
    private static final String PATH = "/api/containers/" + NAME;

    private final Engine engine;

    TerminalApiIT(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void run() throws Exception {
        engine.dockerOutput("run", "-d", "--name", NAME, "lighter/host", "sleep", "600");
    }

    @AfterEach
    void remove() throws IOException {
        engine.delete("/containers/" + NAME + "?force=1");
    }

    private String exec(String body) throws IOException {
        Answer made = engine.post(PATH + "/execs", body);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.json().path("running").asBoolean()).isFalse();
        return PATH + "/execs/" + made.json().path("id").asString();
    }

    private RawWebSocket open(String path) throws IOException {
        RawWebSocket client = RawWebSocket.unix(engine.socket(), path);
        assertThat(client.isAccepted()).isTrue();
        return client;
    }

    @Test
    void aShellHasATerminalOfTheSizeAskedForAndTellsItsEnd() throws Exception {
        String exec = exec("{\"command\":[\"sh\"],\"user\":\"1000\",\"workingDirectory\":\"/tmp\"}");
        try (RawWebSocket shell = open(exec + "/ws?rows=31&columns=97")) {
            shell.send(RawWebSocket.TEXT, "stty size; id -u; pwd; echo $TERM; echo 'do''ne'\n");
            assertThat(shell.until("done\r\n")).contains("31 97\r\n", "1000\r\n", "/tmp\r\n", "xterm-256color\r\n");

            assertThat(engine.post(exec + "/resize", "{\"rows\":40,\"columns\":132}")
                            .status())
                    .isEqualTo(204);
            shell.send(RawWebSocket.TEXT, "stty size; exit 7\n");
            assertThat(shell.until("40 132")).isNotEmpty();
            assertThat(shell.farewell().reason()).isEqualTo("exit code 7");
        }
        Answer shown = engine.get(exec);
        assertThat(shown.json().path("exitCode").asInt()).isEqualTo(7);
        assertThat(shown.json().path("running").asBoolean()).isFalse();
        assertThat(RawWebSocket.unix(engine.socket(), exec + "/ws").status())
                .as("a program runs once")
                .isEqualTo(409);
    }

    @Test
    void aTerminalHangsUpWhenItsClientIsGone() throws Exception {
        String exec = exec("{\"command\":[\"sh\",\"-c\",\"echo ready; sleep 500\"]}");
        try (RawWebSocket shell = open(exec + "/ws")) {
            shell.until("ready");
            assertThat(engine.get(exec).json().path("running").asBoolean()).isTrue();
        }
        Instant end = Instant.now().plus(Duration.ofSeconds(20));
        while (engine.get(exec).json().path("running").asBoolean()) {
            assertThat(Instant.now()).as("the shell runs on").isBefore(end);
            Thread.sleep(50);
        }
        assertThat(engine.docker("exec", NAME, "sh", "-c", "grep -l '[5]00' /proc/[0-9]*/cmdline")
                        .output())
                .isEmpty();
    }

    @Test
    void withoutATerminalInputEndsWithTheClient() throws Exception {
        String exec = exec("{\"command\":[\"sh\",\"-c\",\"echo one; cat; echo end >/tmp/ended\"],\"terminal\":false}");
        try (RawWebSocket program = open(exec + "/ws")) {
            assertThat(program.until("\n")).isEqualTo("one\n");
            program.send(RawWebSocket.TEXT, "two\n");
            assertThat(program.until("\n")).isEqualTo("two\n");
        }
        Instant end = Instant.now().plus(Duration.ofSeconds(20));
        while (engine.get(exec).json().path("running").asBoolean()) {
            assertThat(Instant.now()).as("it waits for input for ever").isBefore(end);
            Thread.sleep(50);
        }
        assertThat(engine.dockerOutput("exec", NAME, "cat", "/tmp/ended")).isEqualTo("end");
    }

    @Test
    void whatCannotBeExecutedIsToldInTheTerminal() throws Exception {
        try (RawWebSocket shell = open(exec("{\"command\":[\"no-such-shell\"]}") + "/ws")) {
            assertThat(shell.until("\n")).contains("no-such-shell", "executable file not found");
            assertThat(shell.farewell().reason()).isEqualTo("exit code 127");
        }
    }

    @Test
    void aTerminalOfTheContainerItselfIsAttached() throws Exception {
        engine.delete("/containers/" + NAME + "?force=1");
        engine.dockerOutput("run", "-dit", "--name", NAME, "lighter/host", "sh");
        try (RawWebSocket terminal = open(PATH + "/attach/ws?replay=true")) {
            assertThat(engine.post(PATH + "/resize", "{\"rows\":50,\"columns\":111}")
                            .status())
                    .isEqualTo(204);
            terminal.send(RawWebSocket.TEXT, "stty size; exit 4\n");
            terminal.until("50 111");
            assertThat(terminal.farewell().reason()).isEqualTo("the container has ended");
        }
        assertThat(engine.dockerOutput("wait", NAME)).isEqualTo("4");
    }

    @Test
    void mistakesAreToldAsProblems() throws Exception {
        for (String body : new String[] {
            "{}", "{\"command\":[]}", "{\"command\":[null]}", "{\"command\":[\"sh\"],\"workingDirectory\":\"tmp\"}"
        }) {
            Answer answer = engine.post(PATH + "/execs", body);
            assertThat(answer.status()).as(body).isEqualTo(400);
            assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
        }
        String exec = exec("{\"command\":[\"sh\"]}");
        assertThat(engine.post(exec + "/resize", "{\"rows\":0,\"columns\":80}").status())
                .isEqualTo(400);
        assertThat(engine.post(exec + "/resize", "{\"rows\":24,\"columns\":80}").status())
                .as("it does not run")
                .isEqualTo(409);
        assertThat(engine.get(exec + "/ws").status()).as("no handshake").isEqualTo(400);
        engine.dockerOutput("run", "-d", "--name", NAME + "-other", "lighter/host", "sleep", "600");
        try {
            assertThat(engine.get(exec.replace(NAME, NAME + "-other")).status())
                    .as("another container's")
                    .isEqualTo(404);
        } finally {
            engine.delete("/containers/" + NAME + "-other?force=1");
        }
        engine.dockerOutput("pause", NAME);
        assertThat(engine.post(PATH + "/execs", "{\"command\":[\"sh\"]}").status())
                .isEqualTo(409);
    }

    @Test
    void theVerbsActAndTellTheContainer() throws Exception {
        assertThat(engine.post(PATH + "/pause").json().path("state").asString()).isEqualTo("paused");
        assertThat(engine.post(PATH + "/pause").status()).isEqualTo(409);
        assertThat(engine.post(PATH + "/unpause").json().path("state").asString())
                .isEqualTo("running");
        int pid = engine.get(PATH).json().path("pid").asInt();
        Answer restarted = engine.post(PATH + "/restart?timeoutSeconds=0");
        assertThat(restarted.json().path("state").asString()).isEqualTo("running");
        assertThat(restarted.json().path("pid").asInt()).isNotEqualTo(pid);
        assertThat(engine.post(PATH + "/rename", "{\"name\":\"renamed-api\"}")
                        .json()
                        .path("name")
                        .asString())
                .isEqualTo("renamed-api");
        assertThat(engine.post("/api/containers/renamed-api/rename", "{}").status())
                .isEqualTo(400);
        assertThat(engine.post("/api/containers/renamed-api/rename", "{\"name\":\"" + NAME + "\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBrowserOpensItWithItsCookieAndOnlyFromOurOwnPages() throws Exception {
        Visitor visitor = Visitor.signedIn(engine);
        HttpResponse<String> made = visitor.send("POST", PATH + "/execs", "{\"command\":[\"sh\",\"-c\",\"echo hi\"]}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String path = PATH + "/execs/"
                + JsonMapper.shared().readTree(made.body()).path("id").asString() + "/ws";

        try (RawWebSocket nobody = RawWebSocket.tcp(engine.port(), path, visitor.originHeader())) {
            assertThat(nobody.status()).as("no cookie").isEqualTo(401);
        }
        for (String stranger : new String[] {
            "Origin: http://evil.example",
            "Origin: http://127.0.0.1:1",
            "Origin: null",
            "Origin: http://localhost.evil.example"
        }) {
            try (RawWebSocket foreign = RawWebSocket.tcp(engine.port(), path, visitor.cookieHeader(), stranger)) {
                assertThat(foreign.status()).as(stranger).isEqualTo(403);
                assertThat(foreign.refusal()).contains("another site");
            }
        }
        try (RawWebSocket rebound = RawWebSocket.tcp(
                engine.port(), path, visitor.cookieHeader(), visitor.originHeader(), "Sec-Fetch-Site: cross-site")) {
            assertThat(rebound.status()).isEqualTo(403);
        }
        assertThat(engine.get(path.replace("/ws", "")).json().path("running").asBoolean())
                .as("none of them started it")
                .isFalse();
        try (RawWebSocket own = RawWebSocket.tcp(engine.port(), path, visitor.cookieHeader(), visitor.originHeader())) {
            assertThat(own.isAccepted()).isTrue();
            assertThat(own.until("\n")).isEqualTo("hi\r\n");
        }
        try (RawWebSocket docker = RawWebSocket.tcp(
                engine.port(),
                "/containers/" + NAME + "/attach/ws?stream=1",
                visitor.cookieHeader(),
                visitor.originHeader())) {
            assertThat(docker.status()).as("Docker's paths take no cookie").isEqualTo(401);
        }
    }
}
