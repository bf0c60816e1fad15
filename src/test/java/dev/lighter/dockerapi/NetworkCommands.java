package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.HostUsers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;

/** The docker command line in a test about networks: everything that it makes has a name that begins alike, by which it goes again. */
final class NetworkCommands {
    /** The options for the host's own network. */
    static final List<String> HOST = HostUsers.FOR_THE_HOSTS_NAMESPACES.and(List.of("--network", "host"));

    final String prefix = "net-" + UUID.randomUUID().toString().substring(0, 8);
    private final Engine engine;

    NetworkCommands(Engine engine) {
        this.engine = engine;
    }

    /** A command that must succeed; gives what it prints. */
    String docker(String... arguments) throws Exception {
        return engine.dockerOutput(arguments);
    }

    /** A command that must fail with this exit code and these words. */
    void fails(int exitCode, String words, String... arguments) throws Exception {
        Run run = engine.docker(arguments);
        assertThat(run.errors()).as(String.join(" ", arguments)).contains(words);
        assertThat(run.exitCode()).as(String.join(" ", arguments)).isEqualTo(exitCode);
    }

    /** Starts a container that waits. */
    String run(String name, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run", "-d", "--name", name));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("lighter/host", "sleep", "1000"));
        return docker(arguments.toArray(String[]::new));
    }

    /** What a script prints in a container of its own. */
    String script(String network, String script) throws Exception {
        return script(List.of("--network", network), script);
    }

    /** What a script prints in a container of its own with these options. */
    String script(List<String> options, String script) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run", "--rm"));
        arguments.addAll(options);
        arguments.addAll(List.of("lighter/host", "bash", "-c", script));
        return docker(arguments.toArray(String[]::new));
    }

    JsonNode container(String name) throws IOException {
        return engine.get("/containers/" + name + "/json").json();
    }

    JsonNode endpoint(String container, String network) throws IOException {
        return container(container).path("NetworkSettings").path("Networks").path(network);
    }

    JsonNode network(String name) throws IOException {
        return engine.get("/networks/" + name).json();
    }

    int pid(String container) throws IOException {
        return container(container).at("/State/Pid").asInt();
    }

    /** A subnet that is hardly anybody's: {@code 10.a.b}, without the last part. */
    static String subnet() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "10." + random.nextInt(100, 250) + "." + random.nextInt(1, 250);
    }

    /** The first of so many consecutive ports of the host that nobody has. */
    static int freePorts(int count) throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new IOException("no " + count + " consecutive ports are free");
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
                assertThat(socket.isBound()).isTrue();
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    /** Removes every container and network whose name begins with the prefix. */
    void removeAll() throws IOException {
        for (JsonNode container : engine.get("/containers/json?all=1").json()) {
            if (container.path("Names").path(0).asString().startsWith("/" + prefix)) {
                engine.delete("/containers/" + container.path("Id").asString() + "?force=1");
            }
        }
        for (JsonNode network : engine.get("/networks").json()) {
            if (network.path("Name").asString().startsWith(prefix)) {
                engine.delete("/networks/" + network.path("Id").asString());
            }
        }
    }
}
