package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** {@code docker run -p} in all its forms, asserted by sockets from the host. */
@ExtendWith(EngineExtension.class)
class PublishCommandClientIT {
    private final Engine engine;
    private final NetworkCommands cli;
    private final String web;

    PublishCommandClientIT(Engine engine) {
        this.engine = engine;
        cli = new NetworkCommands(engine);
        web = cli.prefix + "-web";
    }

    @AfterEach
    void removeAll() throws Exception {
        cli.removeAll();
    }

    private String docker(String... arguments) throws Exception {
        return cli.docker(arguments);
    }

    /** The host's port that a port of the container is published at, by the command line. */
    private int published(String port) throws Exception {
        String first = docker("port", web, port).lines().findFirst().orElseThrow();
        return Integer.parseInt(first.substring(first.lastIndexOf(':') + 1));
    }

    private void assertServed(String host, int hostPort, int port) throws Exception {
        try (InsideServer server = InsideServer.tcp(cli.pid(web), port, "port " + port)) {
            assertThat(InsideServer.greeting(host, hostPort))
                    .as(host + ":" + hostPort + " to " + port)
                    .isEqualTo("port " + port);
        }
    }

    /** An address of the host other than loopback, or null. */
    private static String outerAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .filter(link ->
                        !link.getName().startsWith("lt-") && !link.getName().startsWith("lighter"))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("");
    }

    @Test
    void aPortAloneIsPublishedAtAFreeOne() throws Exception {
        cli.run(web, "-p", "80");
        int port = published("80");
        assertThat(port).isGreaterThan(1023);
        assertThat(docker("port", web).lines()).contains("80/tcp -> 0.0.0.0:" + port);
        assertServed("127.0.0.1", port, 80);
        String outer = outerAddress();
        if (!outer.isEmpty()) {
            assertServed(outer, port, 80);
        }
    }

    @Test
    void aFixedPortIsShownEverywhere() throws Exception {
        int port = NetworkCommands.freePorts(1);
        cli.run(web, "-p", port + ":80");
        assertServed("127.0.0.1", port, 80);
        assertThat(docker("ps", "--filter", "name=" + web, "--format", "{{.Ports}}"))
                .contains("0.0.0.0:" + port + "->80/tcp");
        assertThat(docker("inspect", "-f", "{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}", web))
                .isEqualTo(Integer.toString(port));
        assertThat(docker("inspect", "-f", "{{json .HostConfig.PortBindings}}", web))
                .isEqualTo("{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"" + port + "\"}]}");
        docker("stop", "-t", "0", web);
        assertThat(docker("inspect", "-f", "{{json .NetworkSettings.Ports}}", web))
                .isEqualTo("{}");
        assertThat(docker("ps", "-a", "--filter", "name=" + web, "--format", "{{.Ports}}"))
                .isEmpty();
        try (ServerSocket free = new ServerSocket(port)) {
            assertThat(free.isBound()).isTrue();
        }
        docker("start", web);
        assertServed("127.0.0.1", port, 80);
    }

    @Test
    void anAddressOfTheHostIsTheOnlyOne() throws Exception {
        int port = NetworkCommands.freePorts(1);
        cli.run(web, "-p", "127.0.0.1:" + port + ":80", "-p", "127.0.0.1::81");
        assertThat(docker("port", web, "80/tcp")).isEqualTo("127.0.0.1:" + port);
        assertServed("127.0.0.1", port, 80);
        assertThat(docker("port", web, "81/tcp")).startsWith("127.0.0.1:");
        assertServed("127.0.0.1", published("81"), 81);
        String outer = outerAddress();
        if (!outer.isEmpty()) {
            try (InsideServer server = InsideServer.tcp(cli.pid(web), 80, "hidden")) {
                assertThatThrownBy(() -> InsideServer.greeting(outer, port)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void rangesArePublishedOneByOne() throws Exception {
        int port = NetworkCommands.freePorts(3);
        cli.run(web, "-p", port + "-" + (port + 2) + ":80-82");
        for (int i = 0; i < 3; i++) {
            assertServed("127.0.0.1", port + i, 80 + i);
        }
    }

    @Test
    void ofARangeForOnePortTheFirstFreeOneIsTaken() throws Exception {
        int port = NetworkCommands.freePorts(3);
        String other = cli.prefix + "-other";
        cli.run(other, "-p", port + "-" + (port + 2) + ":80");
        cli.run(web, "-p", port + "-" + (port + 2) + ":80");
        assertThat(docker("port", other, "80").lines().findFirst()).hasValue("0.0.0.0:" + port);
        assertThat(published("80")).isEqualTo(port + 1);
        assertServed("127.0.0.1", port + 1, 80);
    }

    @Test
    void udpIsPublishedBesideTcp() throws Exception {
        int port = NetworkCommands.freePorts(1);
        cli.run(web, "-p", port + ":53/udp", "-p", port + ":53/tcp");
        assertThat(published("53/udp")).isEqualTo(port);
        assertServed("127.0.0.1", port, 53);
        try (InsideServer server = InsideServer.udp(cli.pid(web), 53, "datagram")) {
            assertThat(InsideServer.datagram("127.0.0.1", port)).isEqualTo("datagram");
        }
        assertThat(docker("ps", "--filter", "name=" + web, "--format", "{{.Ports}}"))
                .contains("0.0.0.0:" + port + "->53/tcp")
                .contains("0.0.0.0:" + port + "->53/udp");
    }

    @Test
    void sctpIsPublishedWhereTheKernelHasIt() throws Exception {
        int port = NetworkCommands.freePorts(1);
        Run run = engine.docker("run", "-d", "--name", web, "-p", port + ":80/sctp", "lighter/host", "sleep", "1000");
        if (run.exitCode() != 0) {
            assertThat(run.errors()).containsIgnoringCase("sctp");
            return;
        }
        assertThat(published("80/sctp")).isEqualTo(port);
    }

    @Test
    void anAddressOfIpv6IsPublished() throws Exception {
        assumeThat(Path.of("/proc/net/if_inet6")).as("this host has no IPv6").exists();
        assumeThat(Files.readString(Path.of("/proc/net/if_inet6"))).contains(" lo");
        int port = NetworkCommands.freePorts(1);
        cli.run(web, "-p", "[::1]:" + port + ":80");
        assertThat(docker("port", web, "80")).isEqualTo("[::1]:" + port);
        assertServed("::1", port, 80);
    }

    @Test
    void exposedPortsAreShownAndPublishedOnlyWithP() throws Exception {
        cli.run(web, "--expose", "81", "--expose", "90-91/udp");
        assertThat(docker("ps", "--filter", "name=" + web, "--format", "{{.Ports}}"))
                .isEqualTo("81/tcp, 90-91/udp");
        cli.fails(1, "o public port '81", "port", web, "81");
        assertThat(docker("inspect", "-f", "{{json .NetworkSettings.Ports}}", web))
                .isEqualTo("{\"81/tcp\":null,\"90/udp\":null,\"91/udp\":null}");
        assertThat(docker("inspect", "-f", "{{json .Config.ExposedPorts}}", web))
                .isEqualTo("{\"81/tcp\":{},\"90/udp\":{},\"91/udp\":{}}");
        docker("rm", "-f", web);
        cli.run(web, "--expose", "81", "-P");
        assertServed("127.0.0.1", published("81"), 81);
        assertThat(docker("inspect", "-f", "{{.HostConfig.PublishAllPorts}}", web))
                .isEqualTo("true");
    }

    @Test
    void aPortThatIsTakenIsRefusedAndNothingRuns() throws Exception {
        int port = NetworkCommands.freePorts(1);
        String other = cli.prefix + "-other";
        cli.run(other, "-p", port + ":80");
        cli.fails(
                125,
                "port is already allocated",
                "run",
                "-d",
                "--name",
                web,
                "-p",
                port + ":80",
                "lighter/host",
                "sleep",
                "1000");
        assertThat(docker("inspect", "-f", "{{.State.Running}}", web)).isEqualTo("false");
        docker("rm", "-f", other);
        docker("start", web);
        assertServed("127.0.0.1", port, 80);
    }

    @Test
    void aPortOfAnotherProgramIsNotTakenAway() throws Exception {
        try (ServerSocket busy = new ServerSocket(0)) {
            Run run = engine.docker(
                    "run", "--rm", "--name", web, "-p", busy.getLocalPort() + ":80", "lighter/host", "true");
            assertThat(run.exitCode()).isEqualTo(125);
            assertThat(run.errors()).containsIgnoringCase("address already in use");
        }
    }

    @Test
    void wrongPortsAreRefused() throws Exception {
        String body = "{\"Image\":\"lighter/host\",\"HostConfig\":{\"PortBindings\":{\"%s\":[{\"HostIp\":\"%s\","
                + "\"HostPort\":\"%s\"}]}}}";
        for (List<String> wrong : List.of(
                List.of("80/odd", "", "1"),
                List.of("0/tcp", "", "1"),
                List.of("80/tcp", "nonsense", "1"),
                List.of("80/tcp", "", "70000"),
                List.of("80/tcp", "", "9-8"),
                List.of("80/tcp", "", "x"))) {
            assertThat(engine.post("/containers/create?name=" + web, body.formatted(wrong.toArray()))
                            .status())
                    .as(wrong.toString())
                    .isEqualTo(400);
        }
        assertThat(engine.get("/containers/" + web + "/json").status()).isEqualTo(404);
    }

    @Test
    void psFiltersByPorts() throws Exception {
        int port = NetworkCommands.freePorts(1);
        cli.run(web, "-p", port + ":8123", "--expose", "8200-8201/udp");
        for (String filter : List.of("publish=8123", "publish=8120-8130/tcp", "expose=8200/udp", "expose=8123")) {
            assertThat(docker("ps", "--filter", "name=" + web, "--filter", filter, "--format", "{{.Names}}"))
                    .as(filter)
                    .isEqualTo(web);
        }
        for (String filter : List.of("publish=8123/udp", "publish=8200/udp", "expose=8202/udp")) {
            assertThat(docker("ps", "--filter", "name=" + web, "--filter", filter, "-q"))
                    .as(filter)
                    .isEmpty();
        }
        cli.fails(1, "should not contain ':'", "ps", "--filter", "publish=" + port + ":8123");
    }

    @Test
    void publishedPortsOutliveTheEngine() throws Exception {
        int port = NetworkCommands.freePorts(1);
        cli.run(web, "-p", port + ":80");
        int pid = cli.pid(web);
        try (InsideServer server = InsideServer.tcp(pid, 80, "still here")) {
            engine.restart();
            assertThat(InsideServer.greeting("127.0.0.1", port)).isEqualTo("still here");
        }
        JsonNode after = cli.container(web);
        assertThat(after.at("/State/Pid").asInt()).isEqualTo(pid);
        assertThat(published("80")).isEqualTo(port);
    }
}
