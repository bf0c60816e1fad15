package dev.lighter.network;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import dev.lighter.engine.SocketHttp;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many containers on an engine's default network, each with a server on its own address. Every container connects to the next ones in a
 * ring at distances that grow by doubling, so that each bridge has to do with each other; and all connections are real ones.
 */
public final class CrowdedNetwork implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final int PORT = 7000;
    private static final int TIMEOUT_MILLIS = 5000;

    private record Member(String id, String address, NetworkNamespace namespace, ServerSocketChannel server) {}

    private final Engine engine;
    private final List<Member> members = new ArrayList<>();
    private int tried;

    /** Nobody yet. */
    public CrowdedNetwork(Engine engine) {
        this.engine = engine;
    }

    /** Starts so many containers by eight clients, then a server in each. */
    public void start(int count) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<List<String>>> shares = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int share = count * (i + 1) / CLIENTS - count * i / CLIENTS;
                shares.add(clients.submit(() -> startSome(share)));
            }
            for (Future<List<String>> share : shares) {
                for (String id : share.get()) {
                    members.add(serve(id));
                }
            }
        } finally {
            clients.shutdown();
        }
    }

    private List<String> startSome(int count) throws IOException {
        List<String> ids = new ArrayList<>();
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            for (int i = 0; i < count; i++) {
                Answer created = http.request(
                        "POST", "/containers/create", "{\"Image\":\"lighter/host\",\"Cmd\":[\"sleep\",\"10000\"]}");
                String id = created.json().path("Id").asString();
                Answer started = http.request("POST", "/containers/" + id + "/start", "");
                if (started.status() != 204) {
                    throw new IOException("a start answered " + started.status() + " " + started.text());
                }
                ids.add(id);
            }
        }
        return ids;
    }

    private Member serve(String id) throws IOException {
        var container = engine.get("/containers/" + id + "/json").json();
        String address =
                container.at("/NetworkSettings/Networks/bridge/IPAddress").asString();
        NetworkNamespace namespace =
                NetworkNamespace.at(Path.of("/proc", container.at("/State/Pid").asString(), "ns/net"));
        ServerSocketChannel server = namespace.call(
                () -> ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getByName(address), PORT), 64));
        return new Member(id, address, namespace, server);
    }

    /** Tries all connections; gives those that came to nothing. */
    public List<String> unreached() throws IOException {
        List<String> unreached = new ArrayList<>();
        for (int from = 0; from < members.size(); from++) {
            for (int distance = 1; distance < members.size(); distance *= 2) {
                Member source = members.get(from);
                Member target = members.get((from + distance) % members.size());
                tried++;
                if (!reaches(source, target)) {
                    unreached.add(source.address() + " to " + target.address());
                }
            }
        }
        return unreached;
    }

    private static boolean reaches(Member source, Member target) throws IOException {
        try (SocketChannel channel = source.namespace().call(SocketChannel::open)) {
            channel.socket()
                    .connect(new InetSocketAddress(InetAddress.getByName(target.address()), PORT), TIMEOUT_MILLIS);
            try (SocketChannel accepted = target.server().accept()) {
                return accepted.getRemoteAddress() instanceof InetSocketAddress client
                        && client.getAddress().getHostAddress().equals(source.address());
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** How many connections were tried. */
    public int tried() {
        return tried;
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.server().close();
            member.namespace().close();
        }
        try (SocketHttp http = new SocketHttp(engine.socket())) {
            for (Member member : members) {
                http.request("DELETE", "/containers/" + member.id() + "?force=1", "");
            }
        }
    }
}
