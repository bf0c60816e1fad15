package dev.lighter.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An engine that is told to stop while containers run: what they have of networks stays, and is all there for the next engine. */
class EngineStoppedIT {
    private static final int PORT = 7000;

    @Test
    void networksOutliveAnEngineThatIsStopped() throws Exception {
        try (Engine engine = Engine.start()) {
            String id = engine.post(
                            "/containers/create",
                            "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"PortBindings\":{\""
                                    + PORT + "/tcp\":[{\"HostPort\":\"\"}]}}}")
                    .json()
                    .path("Id")
                    .asString();
            assertThat(engine.post("/containers/" + id + "/start").status()).isEqualTo(204);
            JsonNode container = engine.get("/containers/" + id + "/json").json();
            int published = Integer.parseInt(container
                    .at("/NetworkSettings/Ports")
                    .path(PORT + "/tcp")
                    .get(0)
                    .path("HostPort")
                    .asString());
            Path namespaceFile = Path.of("/proc", container.at("/State/Pid").asString(), "ns/net");
            try (NetworkNamespace namespace = NetworkNamespace.at(namespaceFile);
                    ServerSocketChannel server =
                            namespace.call(() -> ServerSocketChannel.open().bind(new InetSocketAddress(PORT)))) {
                assertThat(server.isOpen()).isTrue();
                assertReachable(published);
                engine.stop();
                assertReachable(published);
                assertThat(Files.readString(Path.of("/proc/sys/net/ipv4/conf/all/forwarding")))
                        .startsWith("1");
                engine.launch();
                engine.awaitAnswer();
                assertReachable(published);
                assertThat(NetworkTruth.differences(engine)).isEmpty();
            }
        }
    }

    private static void assertReachable(int port) throws IOException {
        try (SocketChannel client = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            assertThat(client.isConnected()).isTrue();
        }
    }
}
