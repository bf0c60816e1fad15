package dev.lighter.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Answer;
import dev.lighter.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Names of containers on networks whose gateway, if they have one, is none of the engine's: asked for in the container's own loopback. */
class NamesWithoutGatewayIT {
    private static final String INNER = "nameserver 127.0.0.11";
    private static Engine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.start();
        network("lan", "macvlan");
        network("other-lan", "macvlan");
        network("front", "bridge");
    }

    @AfterAll
    static void end() throws Exception {
        engine.close();
    }

    private static void network(String name, String driver) throws Exception {
        Answer made = engine.post("/networks/create", "{\"Name\":\"" + name + "\",\"Driver\":\"" + driver + "\"}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    /** A container that asks for a name every tenth of a second, and writes what it is told. */
    private static void asking(String name, String network, String wanted) throws Exception {
        run(name, network, "while :; do getent ahostsv4 " + wanted + " | head -n 1 || :; echo; sleep 0.1; done");
    }

    private static void run(String name, String network, String script) throws Exception {
        assertThat(engine.docker(
                                "run", "-d", "--name", name, "--network", network, "lighter/host", "bash", "-c", script)
                        .exitCode())
                .isZero();
    }

    private static String address(String container, String network) throws Exception {
        return engine.get("/containers/" + container + "/json")
                .json()
                .path("NetworkSettings")
                .path("Networks")
                .path(network)
                .path("IPAddress")
                .asString();
    }

    private static String output(String network, String script) throws Exception {
        Engine.Run run = engine.docker("run", "--rm", "--network", network, "lighter/host", "bash", "-c", script);
        assertThat(run.exitCode()).as(run.errors()).isZero();
        return run.output().strip();
    }

    @Test
    void neighboursOnAMacvlanNetworkKnowEachOtherAndNobodyElse() throws Exception {
        run("store", "lan", "sleep 1000");
        run("stranger", "other-lan", "sleep 1000");

        assertThat(output("lan", "cat /etc/resolv.conf")).contains(INNER);
        assertThat(output("lan", "getent ahostsv4 store | head -n 1")).startsWith(address("store", "lan"));
        assertThat(output("lan", "getent ahostsv4 stranger || echo unknown")).isEqualTo("unknown");
        assertThat(output("lan", "getent hosts " + address("store", "lan"))).contains("store.lan");
    }

    @Test
    void aContainerThatIsConnectedToABridgeAsksItsGatewayAndNoMoreWhenItIsDisconnected() throws Exception {
        run("mover", "lan", "while :; do grep nameserver /etc/resolv.conf; sleep 0.1; done");
        assertThat(engine.docker("network", "connect", "front", "mover").exitCode())
                .isZero();
        String gateway = engine.get("/networks/front")
                .json()
                .at("/IPAM/Config/0/Gateway")
                .asString();
        awaitLastLine("mover", "nameserver " + gateway);
        assertThat(engine.docker("network", "disconnect", "front", "mover").exitCode())
                .isZero();
        awaitLastLine("mover", INNER);
    }

    @Test
    void theNextEngineAnswersOn() throws Exception {
        run("target", "lan", "sleep 1000");
        asking("seeker", "lan", "target");
        engine.kill();
        engine.launch();
        engine.awaitAnswer();
        String address = address("target", "lan");
        assertThat(output("lan", "getent ahostsv4 target | head -n 1")).startsWith(address);
        int before = engine.docker("logs", "seeker").output().split(address, -1).length;
        for (int i = 0; i < 200; i++) {
            if (engine.docker("logs", "seeker").output().split(address, -1).length > before) {
                return;
            }
            Thread.sleep(50);
        }
        assertThat(engine.docker("logs", "--tail", "20", "seeker").output()).contains(address);
        assertThat(engine.docker("logs", "seeker").output().split(address, -1).length)
                .isGreaterThan(before);
    }

    @Test
    void anEndedContainerIsAnsweredNoMore() throws Exception {
        long before = sockets();
        run("brief", "lan", "sleep 1000");
        assertThat(sockets()).isGreaterThanOrEqualTo(before + 2);
        assertThat(engine.docker("rm", "-f", "brief").exitCode()).isZero();
        for (int i = 0; i < 200 && sockets() > before; i++) {
            Thread.sleep(50);
        }
        assertThat(sockets()).isLessThanOrEqualTo(before);
    }

    /** How many sockets the engine has open; each of another namespace keeps that alive. */
    private static long sockets() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(engine.pid()), "fd"))) {
            return open.filter(NamesWithoutGatewayIT::isSocket).count();
        }
    }

    private static boolean isSocket(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static void awaitLastLine(String container, String line) throws Exception {
        String last = "";
        for (int i = 0; i < 200 && !last.equals(line); i++) {
            Thread.sleep(50);
            last = engine.docker("logs", "--tail", "1", container).output().strip();
        }
        assertThat(last).isEqualTo(line);
    }
}
