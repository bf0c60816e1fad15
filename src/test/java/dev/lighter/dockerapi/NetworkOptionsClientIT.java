package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.EngineExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code docker run} can ask of the network: {@code --network} in all its forms, names, addresses, resolvers. */
@ExtendWith(EngineExtension.class)
class NetworkOptionsClientIT {
    private final Engine engine;
    private final NetworkCommands cli;
    private final String net;
    private final String web;
    private final String db;

    NetworkOptionsClientIT(Engine engine) {
        this.engine = engine;
        cli = new NetworkCommands(engine);
        net = cli.prefix + "-a";
        web = cli.prefix + "-web";
        db = cli.prefix + "-db";
    }

    @AfterEach
    void removeAll() throws Exception {
        cli.removeAll();
    }

    private String docker(String... arguments) throws Exception {
        return cli.docker(arguments);
    }

    @Test
    void withoutAnOptionItIsTheDefaultNetwork() throws Exception {
        cli.run(web);
        assertThat(docker("inspect", "-f", "{{.HostConfig.NetworkMode}}", web)).isEqualTo("bridge");
        String address = docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", web);
        assertThat(address).matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
        assertThat(cli.endpoint(web, "bridge").path("IPAddress").asString()).isEqualTo(address);
        assertThat(docker("inspect", "-f", "{{.NetworkSettings.Gateway}}", web))
                .isEqualTo(cli.network("bridge").at("/IPAM/Config/0/Gateway").asString());
        assertThat(docker("ps", "--filter", "network=bridge", "--filter", "name=" + web, "--format", "{{.Networks}}"))
                .isEqualTo("bridge");
        try (InsideServer server = InsideServer.tcp(cli.pid(web), 7000, "hello")) {
            assertThat(InsideServer.greeting(address, 7000)).isEqualTo("hello");
        }
    }

    @Test
    void noneHasOnlyLoopback() throws Exception {
        assertThat(cli.script("none", "ls /sys/class/net")).isEqualTo("lo");
        cli.run(web, "--network", "none");
        assertThat(cli.container(web).at("/NetworkSettings/Networks").propertyNames())
                .containsExactly("none");
        assertThat(cli.endpoint(web, "none").path("IPAddress").asString("?")).isEmpty();
        assertThat(cli.network("none").path("Containers").propertyNames())
                .contains(cli.container(web).path("Id").asString());
    }

    @Test
    void hostIsTheHostsOwn() throws Exception {
        assertThat(cli.script(NetworkCommands.HOST, "readlink /proc/self/ns/net; hostname"))
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")) + "\n"
                        + Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        cli.run(web, NetworkCommands.HOST.toArray(String[]::new));
        assertThat(cli.container(web).at("/NetworkSettings/Networks").propertyNames())
                .containsExactly("host");
        docker("rm", "-f", web);
        List<String> create = new ArrayList<>(List.of("create", "--name", web));
        create.addAll(NetworkCommands.HOST);
        create.addAll(List.of("-p", "80:80", "lighter/host", "true"));
        assertThat(engine.docker(create.toArray(String[]::new)).errors())
                .contains("Published ports are discarded when using host network mode");
    }

    @Test
    void anotherContainersNetworkIsShared() throws Exception {
        docker("network", "create", net);
        cli.run(web, "--network", net);
        String other = cli.prefix + "-side";
        cli.run(other, "--network", "container:" + web);
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + cli.pid(other) + "/ns/net")))
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/" + cli.pid(web) + "/ns/net")));
        assertThat(docker("inspect", "-f", "{{.HostConfig.NetworkMode}}", other))
                .isEqualTo("container:" + cli.container(web).path("Id").asString());
        assertThat(docker("inspect", "-f", "{{json .NetworkSettings.Networks}}", other))
                .isEqualTo("{}");
        cli.fails(125, "conflicting options", "run", "--network", "container:" + web, "-p", "80", "lighter/host");
        cli.fails(125, "No such container: " + db, "run", "--network", "container:" + db, "lighter/host", "true");
        docker("stop", "-t", "0", other, web);
        cli.fails(1, "cannot join network of a non running container", "start", other);
    }

    @Test
    void aNetworkThatIsNotThereIsSaidByName() throws Exception {
        cli.fails(125, "network " + net + " not found", "run", "--rm", "--network", net, "lighter/host", "true");
    }

    @Test
    void severalNetworksWithSettingsOfTheirOwn() throws Exception {
        String subnet = NetworkCommands.subnet();
        String other = cli.prefix + "-b";
        docker("network", "create", "--subnet", subnet + ".0/24", net);
        docker("network", "create", other);
        cli.run(
                web,
                "--network",
                "name=" + net + ",alias=shop,ip=" + subnet + ".99,mac-address=02:42:0a:0b:0c:0d",
                "--network",
                "name=" + other + ",gw-priority=10");
        assertThat(cli.endpoint(web, net).path("IPAddress").asString()).isEqualTo(subnet + ".99");
        assertThat(cli.endpoint(web, net).path("MacAddress").asString()).isEqualTo("02:42:0a:0b:0c:0d");
        assertThat(cli.endpoint(web, other).path("GwPriority").asInt()).isEqualTo(10);
        String gateway = cli.endpoint(web, other).path("Gateway").asString();
        assertThat(Files.readString(Path.of("/proc/" + cli.pid(web) + "/net/route"))
                        .lines()
                        .filter(line -> line.matches("\\S+\\s+00000000\\s.*"))
                        .findFirst()
                        .orElse(""))
                .as("the network with the highest priority leads outside")
                .contains(littleEndian(gateway));
        assertThat(docker("ps", "--filter", "network=" + net, "--format", "{{.Names}} {{.Networks}}"))
                .as("the command line names networks in no order")
                .isIn(web + " " + net + "," + other, web + " " + other + "," + net);
        try (InsideServer server = InsideServer.tcp(cli.pid(web), 7000, "hello")) {
            assertThat(cli.script(net, "exec 3<>/dev/tcp/shop/7000; cat <&3")).isEqualTo("hello");
        }
    }

    private static String littleEndian(String address) {
        StringBuilder text = new StringBuilder();
        for (String part : address.split("\\.")) {
            text.insert(0, "%02X".formatted(Integer.parseInt(part)));
        }
        return text.toString();
    }

    @Test
    void addressesCanBeFixed() throws Exception {
        String subnet = NetworkCommands.subnet();
        docker("network", "create", "--subnet", subnet + ".0/24", net);
        cli.run(web, "--network", net, "--ip", subnet + ".50", "--mac-address", "02:42:0a:0b:0c:0e");
        assertThat(cli.endpoint(web, net).path("IPAddress").asString()).isEqualTo(subnet + ".50");
        assertThat(cli.endpoint(web, net).path("MacAddress").asString()).isEqualTo("02:42:0a:0b:0c:0e");
        assertThat(cli.endpoint(web, net).at("/IPAMConfig/IPv4Address").asString())
                .isEqualTo(subnet + ".50");
        cli.fails(
                125,
                "Address already in use",
                "run",
                "-d",
                "--name",
                db,
                "--network",
                net,
                "--ip",
                subnet + ".50",
                "lighter/host",
                "sleep",
                "1000");
        cli.fails(
                125, "invalid config for network " + net, "run", "--network", net, "--ip", "192.0.2.1", "lighter/host");
        cli.fails(
                125,
                "user specified IP address is supported on user defined networks only",
                "run",
                "--ip",
                cli.network("bridge").at("/IPAM/Config/0/Gateway").asString().replaceAll("\\d+$", "99"),
                "lighter/host",
                "true");
    }

    @Test
    void hostsFileHasNamesThatWereAskedFor() throws Exception {
        String hosts = docker(
                "run",
                "--rm",
                "--hostname",
                "boat",
                "--add-host",
                "box:192.0.2.7",
                "--add-host",
                "outside=host-gateway",
                "lighter/host",
                "cat",
                "/etc/hosts");
        String gateway = cli.network("bridge").at("/IPAM/Config/0/Gateway").asString();
        assertThat(hosts.lines().map(line -> line.replaceAll("\\s+", " ")))
                .contains("127.0.0.1 localhost", "192.0.2.7 box", gateway + " outside")
                .anyMatch(line -> line.matches("[0-9.]+ boat"));
        assertThat(docker("run", "--rm", "--add-host", "box:192.0.2.7", "lighter/host", "getent", "hosts", "box"))
                .matches("192\\.0\\.2\\.7\\s+box");
    }

    @Test
    void resolversCanBeChosen() throws Exception {
        docker(
                "create",
                "--name",
                web,
                "--dns",
                "192.0.2.53",
                "--dns-search",
                "example.com",
                "--dns-option",
                "ndots:3",
                "lighter/host",
                "cat",
                "/etc/resolv.conf");
        assertThat(docker(
                        "inspect",
                        "-f",
                        "{{.HostConfig.Dns}} {{.HostConfig.DnsSearch}} {{.HostConfig.DnsOptions}}",
                        web))
                .isEqualTo("[192.0.2.53] [example.com] [ndots:3]");
        assertThat(docker("start", "-a", web).lines())
                .anyMatch(line -> line.startsWith("nameserver "))
                .contains("search example.com", "options ndots:3");
        cli.fails(125, "nonsense", "run", "--dns", "nonsense", "lighter/host", "true");
    }

    @Test
    void linksGiveNamesOnTheDefaultNetwork() throws Exception {
        cli.run(db);
        cli.run(web, "--link", db + ":store");
        assertThat(docker("inspect", "-f", "{{json .HostConfig.Links}}", web))
                .isEqualTo("[\"/" + db + ":/" + web + "/store\"]");
        String address = cli.endpoint(db, "bridge").path("IPAddress").asString();
        assertThat(docker("run", "--rm", "--link", db + ":store", "lighter/host", "getent", "hosts", "store"))
                .startsWith(address);
        cli.fails(1, "Conflict, cannot remove the default link name of the container", "rm", "--link", web);
        cli.fails(
                125,
                "ould not get container for " + cli.prefix + "-gone",
                "run",
                "--link",
                cli.prefix + "-gone",
                "lighter/host");
    }

    @Test
    void linksGiveNamesOnOtherNetworks() throws Exception {
        docker("network", "create", net);
        cli.run(db, "--network", net);
        assertThat(docker(
                        "run",
                        "--rm",
                        "--network",
                        net,
                        "--link",
                        db + ":store",
                        "lighter/host",
                        "getent",
                        "hosts",
                        "store"))
                .startsWith(cli.endpoint(db, net).path("IPAddress").asString());
        assertThat(cli.script(net, "getent hosts store || echo unknown")).isEqualTo("unknown");
    }

    @Test
    void networksOfTheirOwnDoNotReachEachOther() throws Exception {
        String other = cli.prefix + "-b";
        docker("network", "create", net);
        docker("network", "create", other);
        cli.run(web, "--network", net);
        String address = cli.endpoint(web, net).path("IPAddress").asString();
        try (InsideServer server = InsideServer.tcp(cli.pid(web), 7000, "hello")) {
            assertThat(cli.script(net, "exec 3<>/dev/tcp/" + address + "/7000; cat <&3"))
                    .isEqualTo("hello");
            assertThat(cli.script(
                            other,
                            "timeout 2 bash -c 'exec 3<>/dev/tcp/" + address
                                    + "/7000; cat <&3' 2>/dev/null || echo wall"))
                    .isEqualTo("wall");
            assertThat(cli.script(other, "getent hosts " + web + " || echo unknown"))
                    .isEqualTo("unknown");
        }
    }
}
