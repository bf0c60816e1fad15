package dev.lighter.bench;

import dev.lighter.bench.Subject.Figure;
import dev.lighter.engine.SocketHttp;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NamespaceTask;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.BridgeOptions;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Bytes between two containers, and from the host through a published port, beside the same over a bridge and pairs made by hand on the same
 * host, in turns.
 */
final class NetworkThroughput implements AutoCloseable {
    private static final long BYTES = 1L << 30;
    private static final int CHUNK = 256 * 1024;
    private static final int ROUNDS = 5;
    private static final int PORT = 7001;
    private static final String BRIDGE = "lbench0";

    private final Subject subject;
    private final RouteNetlink host = open();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> containers = new ArrayList<>();

    NetworkThroughput(Subject subject) {
        this.subject = subject;
    }

    private static RouteNetlink open() {
        try {
            return RouteNetlink.open();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Two figures: between containers, through a published port; each the ratio to what was made by hand. */
    List<Figure> measure() throws Exception {
        NetworkNamespace[] byHand = makeByHand();
        JsonNode one = container("");
        JsonNode two =
                container(",\"PortBindings\":{\"" + PORT + "/tcp\":[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"\"}]}");
        NetworkNamespace first = namespace(one);
        NetworkNamespace second = namespace(two);
        String address = two.at("/NetworkSettings/Networks/bridge/IPAddress").asString();
        int published = Integer.parseInt(two.at("/NetworkSettings/Ports")
                .path(PORT + "/tcp")
                .get(0)
                .path("HostPort")
                .asString());
        List<Double> ours = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        List<Double> through = new ArrayList<>();
        List<Double> direct = new ArrayList<>();
        try (NetworkNamespace own = NetworkNamespace.current()) {
            for (int round = 0; round < ROUNDS; round++) {
                plain.add(transfer(byHand[0], byHand[1], "10.254.254.3", PORT));
                ours.add(transfer(first, second, address, PORT));
                direct.add(transfer(own, byHand[1], "10.254.254.3", PORT));
                through.add(transfer(own, second, "127.0.0.1", published));
            }
        }
        System.err.printf(
                "MB/s: by hand %.0f, containers %.0f; host to one made by hand %.0f, through a published port %.0f%n",
                Measurements.median(plain),
                Measurements.median(ours),
                Measurements.median(direct),
                Measurements.median(through));
        return List.of(
                Figure.of(Measurements.median(ours) / Measurements.median(plain), ROUNDS),
                Figure.of(Measurements.median(through) / Measurements.median(direct), ROUNDS));
    }

    private NetworkNamespace[] makeByHand() throws IOException {
        host.links()
                .create(NewLink.bridge(BRIDGE, BridgeOptions.create().stp(false).forwardDelaySeconds(0))
                        .up());
        int bridge = host.links().index(BRIDGE);
        host.addresses().add(bridge, IpPrefix.parse("10.254.254.1/24"));
        NetworkNamespace[] ends = new NetworkNamespace[2];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = NetworkNamespace.create();
            opened.add(ends[i]);
            host.links()
                    .create(NewLink.veth(
                                    "lbench" + (i + 1), VethPeer.named("eth0").namespace(ends[i]))
                            .master(bridge)
                            .up());
            try (RouteNetlink inside = RouteNetlink.open(ends[i])) {
                int link = inside.links().index("eth0");
                inside.links().change(link, LinkChange.create().up());
                inside.addresses().add(link, IpPrefix.parse("10.254.254." + (i + 2) + "/24"));
            }
        }
        return ends;
    }

    private JsonNode container(String more) throws IOException {
        try (SocketHttp http = subject.connect()) {
            String body = "{\"Image\":\"" + subject.image() + "\",\"Cmd\":[\"sleep\",\"1000\"],\"ExposedPorts\":{\""
                    + PORT + "/tcp\":{}},\"HostConfig\":{\"NetworkMode\":\"default\"" + more + "}}";
            String id = Subject.expect(http.request("POST", "/v1.40/containers/create", body), 201)
                    .json()
                    .path("Id")
                    .asString();
            containers.add(id);
            subject.start(http, id);
            return Subject.expect(http.request("GET", "/v1.40/containers/" + id + "/json", ""), 200)
                    .json();
        }
    }

    private NetworkNamespace namespace(JsonNode container) throws IOException {
        NetworkNamespace namespace =
                NetworkNamespace.at(Path.of("/proc", container.at("/State/Pid").asString(), "ns/net"));
        opened.add(namespace);
        return namespace;
    }

    /** Megabytes per second over one connection. */
    private static double transfer(NetworkNamespace from, NetworkNamespace to, String address, int port)
            throws IOException, InterruptedException {
        NamespaceTask<ServerSocketChannel> listen =
                () -> ServerSocketChannel.open().bind(new InetSocketAddress(IpPrefix.address("0.0.0.0"), PORT));
        try (ServerSocketChannel server = to.call(listen);
                SocketChannel client = from.call(SocketChannel::open)) {
            Thread sink = new Thread(() -> drain(server), "sink");
            sink.start();
            client.socket().connect(new InetSocketAddress(IpPrefix.address(address), port), 5000);
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            long begin = System.nanoTime();
            for (long left = BYTES; left > 0; ) {
                chunk.clear();
                while (chunk.hasRemaining()) {
                    left -= client.write(chunk);
                }
            }
            client.shutdownOutput();
            sink.join();
            return BYTES / 1e6 / ((System.nanoTime() - begin) / 1e9);
        }
    }

    private static void drain(ServerSocketChannel server) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        try (SocketChannel connection = server.accept()) {
            while (connection.read(chunk.clear()) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws Exception {
        try (SocketHttp http = subject.connect()) {
            for (String id : containers) {
                subject.remove(http, id);
            }
        }
        for (AutoCloseable one : opened) {
            one.close();
        }
        if (host.links().find(BRIDGE).isPresent()) {
            host.links().delete(BRIDGE);
        }
        host.close();
    }
}
