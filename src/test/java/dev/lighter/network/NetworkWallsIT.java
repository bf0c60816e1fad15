package dev.lighter.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import tools.jackson.databind.JsonNode;

/** What containers of an engine reach and what they do not, with real sockets; the engine listens at all addresses, and publishes at one. */
class NetworkWallsIT {
    private static final int PORT = 7000;
    private static final int TIMEOUT_MILLIS = 1500;
    private static Engine engine;

    /** A container that runs. */
    private record Container(JsonNode inspected) {
        String address(String network) {
            return inspected
                    .at("/NetworkSettings/Networks")
                    .path(network)
                    .path("IPAddress")
                    .asString();
        }

        NetworkNamespace namespace() throws IOException {
            return NetworkNamespace.at(
                    Path.of("/proc", inspected.at("/State/Pid").asString(), "ns/net"));
        }

        boolean reaches(String address, int port) throws IOException {
            try (NetworkNamespace namespace = namespace();
                    SocketChannel channel = namespace.call(SocketChannel::open)) {
                channel.socket().connect(new InetSocketAddress(IpPrefix.address(address), port), TIMEOUT_MILLIS);
                return true;
            } catch (java.net.SocketTimeoutException | java.net.ConnectException | java.net.NoRouteToHostException e) {
                return false;
            } catch (java.net.SocketException e) {
                // "Network is unreachable": there is no way out at all.
                return false;
            }
        }

        ServerSocketChannel serve() throws IOException {
            try (NetworkNamespace namespace = namespace()) {
                return namespace.call(() ->
                        ServerSocketChannel.open().bind(new InetSocketAddress(IpPrefix.address("0.0.0.0"), PORT)));
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start("--lighter.http.address=0.0.0.0", "--lighter.networks.host-binding=127.0.0.1");
    }

    @AfterAll
    static void end() throws Exception {
        engine.close();
    }

    private static void network(String name, String more) throws IOException {
        Answer made = engine.post("/networks/create", "{\"Name\":\"" + name + "\"" + more + "}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    private static String gateway(String network) throws IOException {
        return engine.get("/networks/" + network)
                .json()
                .at("/IPAM/Config/0/Gateway")
                .asString();
    }

    private static Container run(String network, String more) throws IOException {
        Answer created = engine.post(
                "/containers/create",
                "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{\"NetworkMode\":\"" + network
                        + "\"" + more + "}}");
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        String id = created.json().path("Id").asString();
        Answer started = engine.post("/containers/" + id + "/start");
        assertThat(started.status()).as(started.text()).isEqualTo(204);
        return new Container(engine.get("/containers/" + id + "/json").json());
    }

    @Test
    void containersOfOneNetworkReachEachOtherAndThoseOfAnotherDoNot() throws Exception {
        network("walls-a", "");
        network("walls-b", "");
        Container one = run("walls-a", "");
        Container two = run("walls-a", "");
        Container other = run("walls-b", "");
        try (ServerSocketChannel server = two.serve()) {
            assertThat(server.isOpen()).isTrue();
            assertThat(one.reaches(two.address("walls-a"), PORT)).isTrue();
            assertThat(other.reaches(two.address("walls-a"), PORT)).isFalse();
        }
    }

    @Test
    void theEnginesPortIsClosedAndTheGatewayIsOpenAndOtherAddressesAreNot() throws Exception {
        network("walls-host", "");
        network("walls-else", "");
        Container one = run("walls-host", "");
        String own = gateway("walls-host");
        try (ServerSocketChannel service =
                ServerSocketChannel.open().bind(new InetSocketAddress(IpPrefix.address("0.0.0.0"), 0))) {
            int port = service.socket().getLocalPort();
            assertThat(one.reaches(own, port))
                    .as("a service of the host at the gateway")
                    .isTrue();
            assertThat(one.reaches(own, engine.port()))
                    .as("the engine at the gateway")
                    .isFalse();
            assertThat(one.reaches(gateway("walls-else"), port))
                    .as("another network's gateway")
                    .isFalse();
            assertThat(one.reaches("127.0.0.1", port))
                    .as("loopback is the container's own")
                    .isFalse();
        }
    }

    @Test
    void linkLocalAddressesAreClosed() throws Exception {
        Container one = run("default", "");
        try (NetworkNamespace namespace = one.namespace()) {
            assertThat(namespace.identity()).startsWith("net:");
        }
        long before = dropped("where clouds keep secrets, 169.254.0.0/16");
        assertThat(one.reaches("169.254.169.254", 80)).isFalse();
        assertThat(dropped("where clouds keep secrets, 169.254.0.0/16")).isGreaterThan(before);
    }

    private static long dropped(String words) throws IOException {
        long packets = 0;
        for (JsonNode rule : engine.get("/api/networks/rules").json()) {
            if (rule.path("meaning").asString().contains(words)) {
                packets += rule.path("packets").asLong();
            }
        }
        return packets;
    }

    @Test
    void anInternalNetworkReachesNothingOutsideButItsNames() throws Exception {
        network("walls-internal", ",\"Internal\":true");
        Container one = run("walls-internal", "");
        Container two = run("walls-internal", "");
        String own = gateway("walls-internal");
        try (ServerSocketChannel inside = two.serve();
                ServerSocketChannel service =
                        ServerSocketChannel.open().bind(new InetSocketAddress(IpPrefix.address("0.0.0.0"), 0))) {
            assertThat(inside.isOpen()).isTrue();
            assertThat(one.reaches(two.address("walls-internal"), PORT)).isTrue();
            assertThat(one.reaches(own, service.socket().getLocalPort())).isFalse();
            assertThat(one.reaches(gateway("bridge"), service.socket().getLocalPort()))
                    .isFalse();
            assertThat(ask(one, own, two.inspected().path("Name").asString().substring(1)))
                    .isEqualTo(two.address("walls-internal"));
        }
    }

    @Test
    void containersThatAreKeptApartReachTheirGatewayOnly() throws Exception {
        network("walls-apart", ",\"Options\":{\"com.docker.network.bridge.enable_icc\":\"false\"}");
        Container one = run("walls-apart", "");
        Container two = run("walls-apart", "");
        try (ServerSocketChannel inside = two.serve();
                ServerSocketChannel service =
                        ServerSocketChannel.open().bind(new InetSocketAddress(IpPrefix.address("0.0.0.0"), 0))) {
            assertThat(inside.isOpen()).isTrue();
            assertThat(one.reaches(two.address("walls-apart"), PORT)).isFalse();
            assertThat(one.reaches(gateway("walls-apart"), service.socket().getLocalPort()))
                    .isTrue();
        }
    }

    @Test
    void portsArePublishedWhereTheSettingsSay() throws Exception {
        Container web = run("default", ",\"PortBindings\":{\"" + PORT + "/tcp\":[{\"HostPort\":\"\"}]}");
        JsonNode published = web.inspected().at("/NetworkSettings/Ports").path(PORT + "/tcp");
        assertThat(published).hasSize(1);
        assertThat(published.get(0).path("HostIp").asString()).isEqualTo("127.0.0.1");
        int port = Integer.parseInt(published.get(0).path("HostPort").asString());
        Container other = run("default", "");
        try (ServerSocketChannel server = web.serve();
                SocketChannel client = SocketChannel.open(new InetSocketAddress(IpPrefix.address("127.0.0.1"), port))) {
            assertThat(server.isOpen()).isTrue();
            assertThat(client.isConnected()).isTrue();
            assertThat(other.reaches(gateway("bridge"), port)).isFalse();
        }
    }

    @Test
    void containersOfAMacvlanNetworkAreNeighbours() throws Exception {
        network("walls-macvlan", ",\"Driver\":\"macvlan\",\"Internal\":true");
        Container one = run("walls-macvlan", "");
        Container two = run("walls-macvlan", "");
        try (ServerSocketChannel server = two.serve()) {
            assertThat(server.isOpen()).isTrue();
            assertThat(one.reaches(two.address("walls-macvlan"), PORT)).isTrue();
        }
    }

    @Test
    void whatIsNotOursIsAskedOfAResolverOnTheHostsLoopback() throws Exception {
        try (DatagramSocket resolver = new DatagramSocket(new InetSocketAddress(IpPrefix.address("127.0.0.77"), 53))) {
            Thread thread = new Thread(() -> answerOnce(resolver), "resolver");
            thread.start();
            Container one = run("default", ",\"Dns\":[\"127.0.0.77\"]");

            assertThat(ask(one, gateway("bridge"), "somewhere.example")).isEqualTo("192.0.2.99");
            thread.join();
            assertThat(ask(one, gateway("bridge"), "somewhere.example"))
                    .as("remembered")
                    .isEqualTo("192.0.2.99");
        }
    }

    private static void answerOnce(DatagramSocket resolver) {
        try {
            DatagramPacket packet = new DatagramPacket(new byte[1024], 1024);
            resolver.receive(packet);
            Message question = new Message(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
            Message answer = new Message(question.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.addRecord(question.getQuestion(), Section.QUESTION);
            answer.addRecord(
                    new ARecord(question.getQuestion().getName(), DClass.IN, 300, IpPrefix.address("192.0.2.99")),
                    Section.ANSWER);
            byte[] bytes = answer.toWire();
            resolver.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The first address of a name, as a container is told; empty when it is told none. */
    private static String ask(Container who, String server, String name) throws IOException {
        Message question = Message.newQuery(Record.newRecord(Name.fromString(name + "."), Type.A, DClass.IN));
        try (NetworkNamespace namespace = who.namespace();
                DatagramChannel channel = namespace.call(DatagramChannel::open)) {
            channel.socket().setSoTimeout(10_000);
            channel.connect(new InetSocketAddress(IpPrefix.address(server), 53));
            channel.write(ByteBuffer.wrap(question.toWire()));
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            channel.socket().receive(packet);
            Message answer = new Message(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
            return answer.getSection(Section.ANSWER).isEmpty()
                    ? ""
                    : answer.getSection(Section.ANSWER).get(0).rdataToString();
        }
    }
}
