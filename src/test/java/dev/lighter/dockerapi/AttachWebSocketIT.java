package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import dev.lighter.engine.RawWebSocket;
import dev.lighter.engine.RawWebSocket.Frame;
import dev.lighter.engine.SocketHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Attach over a WebSocket: on the unix socket by a client that shows every frame, on TCP by Java's own. */
@Timeout(60)
@ExtendWith(EngineExtension.class)
class AttachWebSocketIT {
    private static final String NAME = "websocket";
    private static final String ALL = "/v1.51/containers/" + NAME + "/attach/ws?stream=1&stdin=1&stdout=1&stderr=1";

    private final Engine engine;

    AttachWebSocketIT(Engine engine) {
        this.engine = engine;
    }

    @AfterEach
    void remove() throws IOException {
        engine.delete("/containers/" + NAME + "?force=1");
    }

    private void create(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 3];
        System.arraycopy(new String[] {"create", "--name", NAME}, 0, all, 0, 3);
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        engine.dockerOutput(all);
    }

    private RawWebSocket open(String path) throws IOException {
        return RawWebSocket.unix(engine.socket(), path);
    }

    @Test
    void bothStreamsComeAsTheyAreAndInputOfEitherKindGoesIn() throws Exception {
        create("-i", "lighter/host", "sh", "-c", "echo ready; read a; echo out $a; read b; echo err $b >&2; exit 3");
        engine.dockerOutput("start", NAME);
        try (RawWebSocket client = open(ALL + "&logs=1")) {
            assertThat(client.isAccepted()).isTrue();
            assertThat(client.until("\n")).isEqualTo("ready\n");
            client.send(RawWebSocket.TEXT, "one\n");
            Frame first = client.receive();
            assertThat(first.opcode()).isEqualTo(RawWebSocket.BINARY);
            assertThat(first.text()).isEqualTo("out one\n");
            client.sendFrame(RawWebSocket.BINARY, "tw".getBytes(StandardCharsets.UTF_8));
            client.sendFrame(0x80, "o\n".getBytes(StandardCharsets.UTF_8));
            assertThat(client.until("\n")).isEqualTo("err two\n");
            Frame farewell = client.farewell();
            assertThat(farewell.code()).isEqualTo(1000);
            client.sendFrame(0x80 | RawWebSocket.CLOSE, farewell.body());
            assertThat(client.isAtEnd()).isTrue();
        }
        assertThat(engine.dockerOutput("wait", NAME)).isEqualTo("3");
    }

    @Test
    void onlyTheStreamsThatAreWantedCome() throws Exception {
        create("lighter/host", "sh", "-c", "echo out; echo err >&2");
        engine.dockerOutput("start", NAME);
        engine.dockerOutput("wait", NAME);
        try (RawWebSocket client = open("/containers/" + NAME + "/attach/ws?logs=1&stderr=1")) {
            assertThat(client.receive().text()).isEqualTo("err\n");
            assertThat(client.receive().opcode()).isEqualTo(RawWebSocket.CLOSE);
        }
    }

    @Test
    void whoAttachesBeforeTheStartMissesNothing() throws Exception {
        create("lighter/host", "echo", "hello");
        try (RawWebSocket client = open(ALL)) {
            engine.dockerOutput("start", NAME);
            assertThat(client.until("\n")).isEqualTo("hello\n");
            assertThat(client.farewell().code()).isEqualTo(1000);
        }
    }

    /** Opens an attachment by Docker's own stream, which is kept; gives its status. */
    private int attach(List<AutoCloseable> kept) throws IOException {
        SocketHttp client = new SocketHttp(engine.socket());
        kept.add(client);
        client.send(
                "POST",
                "/containers/" + NAME + "/attach?stream=1&stdout=1",
                Map.of("Connection", "Upgrade", "Upgrade", "tcp"),
                new byte[0]);
        return client.receiveHead().status();
    }

    private int attachByWebSocket(List<AutoCloseable> kept) throws IOException {
        RawWebSocket client = open(ALL);
        kept.add(client);
        return client.status();
    }

    @Test
    void whoIsAttachedInEitherWayIsCountedAndTooManyAreTurnedAway() throws Exception {
        create("lighter/host", "sleep", "600");
        List<AutoCloseable> clients = new ArrayList<>();
        try {
            int attached = 0;
            while (attached <= 400 && attachByWebSocket(clients) == 101 && attach(clients) == 101) {
                attached += 2;
            }
            assertThat(attached).isBetween(300, 400);
            try (RawWebSocket oneMore = open(ALL)) {
                assertThat(oneMore.status()).isEqualTo(503);
                assertThat(oneMore.refusal()).contains("more than 400 clients are attached");
            }
            assertThat(attach(clients)).isEqualTo(503);
        } finally {
            for (AutoCloseable client : clients) {
                client.close();
            }
        }
        boolean room = false;
        for (int i = 0; i < 1000 && !room; i++) {
            try (RawWebSocket again = open(ALL)) {
                room = again.isAccepted();
            }
            Thread.sleep(room ? 0 : 10);
        }
        assertThat(room).as("there is room again when they have gone").isTrue();
    }

    @Test
    void aPingIsAnsweredAndAFarewellLeavesTheContainerRunning() throws Exception {
        create("lighter/host", "sleep", "600");
        engine.dockerOutput("start", NAME);
        try (RawWebSocket client = open(ALL)) {
            client.send(RawWebSocket.PING, "there?");
            Frame pong = client.receive();
            assertThat(pong.opcode()).isEqualTo(RawWebSocket.PONG);
            assertThat(pong.text()).isEqualTo("there?");
            client.sendFrame(0x80 | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xe8});
            assertThat(client.farewell().code()).isEqualTo(1000);
            assertThat(client.isAtEnd()).isTrue();
        }
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Running}}", NAME))
                .isEqualTo("true");
    }

    @Test
    void theKeysDetachFromATerminal() throws Exception {
        create("-it", "lighter/host", "sh", "-c", "stty -echo; echo ready; read a; echo got $a; read b");
        engine.dockerOutput("start", NAME);
        try (RawWebSocket client = open(ALL + "&logs=1&detachKeys=ctrl-x,x")) {
            client.until("ready\r\n");
            client.send(RawWebSocket.TEXT, "here\n");
            client.until("got here\r\n");
            client.send(RawWebSocket.TEXT, "\u0018x");
            assertThat(client.farewell().code()).isEqualTo(1000);
        }
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Running}}", NAME))
                .isEqualTo("true");
    }

    @Test
    void aClientThatBreaksTheProtocolIsToldAndTheContainerRunsOn() throws Exception {
        create("lighter/host", "sleep", "600");
        engine.dockerOutput("start", NAME);
        try (RawWebSocket client = open(ALL)) {
            client.sendFrame(0xf2, new byte[] {'x'});
            assertThat(client.farewell().code()).isEqualTo(1002);
            assertThat(client.isAtEnd()).isTrue();
        }
        assertThat(engine.dockerOutput("inspect", "-f", "{{.State.Running}}", NAME))
                .isEqualTo("true");
    }

    @Test
    void whatIsNoHandshakeIsRefusedInDockersForm() throws Exception {
        create("lighter/host", "true");
        assertThat(engine.get("/containers/nobody/attach/ws").status()).isEqualTo(404);
        var plain = engine.get("/containers/" + NAME + "/attach/ws?stream=1");
        assertThat(plain.status()).isEqualTo(400);
        assertThat(plain.message()).contains("WebSocket", "Upgrade: websocket");
        try (RawWebSocket client = open("/containers/nobody/attach/ws")) {
            assertThat(client.status()).isEqualTo(404);
            assertThat(client.refusal()).contains("\"message\":\"No such container: nobody\"");
        }
        try (RawWebSocket client = open("/containers/" + NAME + "/attach/ws?stream=1&detachKeys=ctrl-1")) {
            assertThat(client.status()).isEqualTo(400);
        }
    }

    /** Collects what comes, and how it ends. */
    private static final class Collected implements WebSocket.Listener {
        private final StringBuilder heard = new StringBuilder();
        private final CompletableFuture<String> all = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            heard.append(StandardCharsets.UTF_8.decode(data));
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            all.complete(heard + "" + code);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            all.completeExceptionally(error);
        }
    }

    private CompletableFuture<WebSocket> overTcp(Collected listener, String... header) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (header.length > 0) {
            builder.header(header[0], header[1]);
        }
        return builder.buildAsync(
                URI.create("ws://127.0.0.1:" + engine.port() + "/containers/" + NAME
                        + "/attach/ws?stream=1&stdin=1&stdout=1&logs=1"),
                listener);
    }

    @Test
    void overTcpATokenIsNeeded() throws Exception {
        create("-i", "lighter/host", "sh", "-c", "read a; seq 1 20000; echo $a");
        engine.dockerOutput("start", NAME);
        assertThat(overTcp(new Collected())
                        .handle((socket, failure) -> refusal(failure))
                        .join())
                .isEqualTo(401);

        String token = engine.post("/api/tokens", "{\"name\":\"websocket\"}")
                .json()
                .path("secret")
                .asString();
        Collected collected = new Collected();
        WebSocket socket =
                overTcp(collected, "Authorization", "Bearer " + token).join();
        socket.sendText("the end\n", true).join();
        assertThat(collected.all.join()).startsWith("1\n2\n3\n").endsWith("20000\nthe end\n1000");
    }

    private static int refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof WebSocketHandshakeException refused
                ? refused.getResponse().statusCode()
                : 0;
    }
}
