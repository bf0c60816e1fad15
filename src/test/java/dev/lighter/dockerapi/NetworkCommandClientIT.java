package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.engine.Engine;
import dev.lighter.engine.Engine.Run;
import dev.lighter.engine.EngineExtension;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** {@code docker network}, used as people use it. */
@ExtendWith(EngineExtension.class)
class NetworkCommandClientIT {
    private final Engine engine;
    private final NetworkCommands cli;
    private final String net;
    private final String web;
    private final String db;

    NetworkCommandClientIT(Engine engine) {
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
    void createPrintsTheIdAndLsShowsTheNetwork() throws Exception {
        String id = docker("network", "create", net);
        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(docker(
                        "network",
                        "ls",
                        "--filter",
                        "name=" + net,
                        "--format",
                        "{{.ID}} {{.Name}} {{.Driver}} {{.Scope}} {{.IPv6}} {{.Internal}}"))
                .isEqualTo(id.substring(0, 12) + " " + net + " bridge local false false");
        assertThat(docker("network", "ls", "-q", "--no-trunc", "--filter", "id=" + id.substring(0, 20)))
                .isEqualTo(id);
        assertThat(docker("network", "inspect", "-f", "{{.Name}}", id.substring(0, 12)))
                .isEqualTo(net);
    }

    @Test
    void lsShowsTheThreeThatAreAlwaysThere() throws Exception {
        assertThat(docker("network", "ls", "--filter", "type=builtin", "--format", "{{.Name}} {{.Driver}}")
                        .lines())
                .containsExactlyInAnyOrder("bridge bridge", "host host", "none null");
        assertThat(docker("network", "ls")).startsWith("NETWORK ID");
    }

    @Test
    void lsFiltersByEverything() throws Exception {
        String other = cli.prefix + "-b";
        docker("network", "create", "--label", "team=a", "--label", "kind", net);
        docker("network", "create", other);
        cli.run(web, "--network", other);
        String format = "{{.Name}}";
        assertThat(docker("network", "ls", "--filter", "label=team=a", "--filter", "name=" + cli.prefix, "-q"))
                .isNotEmpty();
        assertThat(docker("network", "ls", "--filter", "label=team=b", "-q")).isEmpty();
        assertThat(docker("network", "ls", "--filter", "name=" + cli.prefix, "--format", format)
                        .lines())
                .containsExactlyInAnyOrder(net, other);
        assertThat(docker("network", "ls", "--filter", "dangling=true", "--format", format)
                        .lines())
                .contains(net)
                .doesNotContain(other, "bridge");
        assertThat(docker("network", "ls", "--filter", "dangling=false", "--format", format)
                        .lines())
                .contains(other, "bridge")
                .doesNotContain(net);
        assertThat(docker("network", "ls", "--filter", "driver=host", "--format", format))
                .isEqualTo("host");
        assertThat(docker("network", "ls", "--filter", "scope=swarm", "-q")).isEmpty();
        assertThat(docker("network", "ls", "--filter", "type=custom", "--format", format)
                        .lines())
                .contains(net, other)
                .doesNotContain("bridge", "host", "none");
        cli.fails(1, "invalid filter 'color'", "network", "ls", "--filter", "color=red");
        cli.fails(1, "invalid filter", "network", "ls", "--filter", "type=odd");
    }

    @Test
    void createTakesAllFlags() throws Exception {
        String subnet = NetworkCommands.subnet();
        docker(
                "network",
                "create",
                "--driver",
                "bridge",
                "--subnet",
                subnet + ".0/24",
                "--ip-range",
                subnet + ".128/25",
                "--gateway",
                subnet + ".9",
                "--aux-address",
                "router=" + subnet + ".130",
                "--internal",
                "--attachable",
                "--ipam-driver",
                "default",
                "--label",
                "team=a",
                "--opt",
                "com.docker.network.driver.mtu=1400",
                net);
        JsonNode shown = cli.network(net);
        assertThat(shown.path("Driver").asString()).isEqualTo("bridge");
        assertThat(shown.path("Internal").asBoolean()).isTrue();
        assertThat(shown.path("Attachable").asBoolean()).isTrue();
        assertThat(shown.path("EnableIPv4").asBoolean()).isTrue();
        assertThat(shown.path("EnableIPv6").asBoolean()).isFalse();
        assertThat(shown.at("/Labels/team").asString()).isEqualTo("a");
        assertThat(shown.path("Options").path("com.docker.network.driver.mtu").asString())
                .isEqualTo("1400");
        JsonNode pool = shown.at("/IPAM/Config/0");
        assertThat(pool.path("Subnet").asString()).isEqualTo(subnet + ".0/24");
        assertThat(pool.path("IPRange").asString()).isEqualTo(subnet + ".128/25");
        assertThat(pool.path("Gateway").asString()).isEqualTo(subnet + ".9");
        assertThat(pool.at("/AuxiliaryAddresses/router").asString()).isEqualTo(subnet + ".130");
        cli.run(web, "--network", net);
        String address = cli.endpoint(web, net).path("IPAddress").asString();
        assertThat(address).startsWith(subnet + ".");
        assertThat(Integer.parseInt(address.substring(subnet.length() + 1))).isGreaterThan(127);
        assertThat(address).isNotEqualTo(subnet + ".130");
        assertThat(cli.script(net, "cat /sys/class/net/eth0/mtu")).isEqualTo("1400");
        assertThat(cli.script(net, "cat /proc/net/route; echo end").lines())
                .as("an internal network leads nowhere")
                .noneMatch(line -> line.matches("\\S+\\s+00000000\\s.*"));
    }

    @Test
    void subnetsAreChosenApart() throws Exception {
        String other = cli.prefix + "-b";
        docker("network", "create", net);
        docker("network", "create", other);
        String format = "{{range .IPAM.Config}}{{.Subnet}} {{.Gateway}}{{end}}";
        String one = docker("network", "inspect", "-f", format, net);
        assertThat(one).matches("[0-9.]+/\\d+ [0-9.]+");
        assertThat(docker("network", "inspect", "-f", format, other)).isNotEqualTo(one);
    }

    @Test
    void inspectShowsRunningContainers() throws Exception {
        docker("network", "create", net);
        String id = cli.run(web, "--network", net);
        assertThat(docker(
                        "network",
                        "inspect",
                        "-v",
                        "-f",
                        "{{range $id, $c := .Containers}}{{$id}} {{$c.Name}} {{$c.IPv4Address}}{{end}}",
                        net))
                .isEqualTo(id + " " + web + " "
                        + cli.endpoint(web, net).path("IPAddress").asString() + "/"
                        + cli.endpoint(web, net).path("IPPrefixLen").asInt());
        docker("stop", "-t", "0", web);
        assertThat(docker("network", "inspect", "-f", "{{len .Containers}}", net))
                .isEqualTo("0");
        JsonNode stopped = cli.endpoint(web, net);
        assertThat(stopped.path("IPAddress").asString("?")).isEmpty();
        assertThat(stopped.path("EndpointID").asString("?")).isEmpty();
        assertThat(stopped.path("NetworkID").asString())
                .isEqualTo(cli.network(net).path("Id").asString());
        Run missing = engine.docker("network", "inspect", cli.prefix + "-none");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.output().strip()).isEqualTo("[]");
        assertThat(missing.errors()).contains("network " + cli.prefix + "-none not found");
    }

    @Test
    void containersReachEachOtherByName() throws Exception {
        docker("network", "create", net);
        cli.run(db, "--network", net, "--network-alias", "store");
        try (InsideServer server = InsideServer.tcp(cli.pid(db), 7000, "hello from db")) {
            for (String name :
                    List.of(db, "store", cli.container(db).path("Id").asString().substring(0, 12))) {
                assertThat(cli.script(net, "exec 3<>/dev/tcp/" + name + "/7000; cat <&3"))
                        .as(name)
                        .isEqualTo("hello from db");
            }
        }
        assertThat(cli.endpoint(db, net).path("DNSNames").valueStream().map(JsonNode::asString))
                .contains(db, "store");
        assertThat(cli.endpoint(db, net).path("Aliases").valueStream().map(JsonNode::asString))
                .containsExactly("store");
    }

    @Test
    void connectOfARunningContainerTakesAllFlags() throws Exception {
        String subnet = NetworkCommands.subnet();
        String other = cli.prefix + "-b";
        docker("network", "create", other);
        docker("network", "create", "--subnet", subnet + ".0/24", net);
        cli.run(db, "--network", net);
        cli.run(web, "--network", other);
        docker(
                "network",
                "connect",
                "--ip",
                subnet + ".77",
                "--alias",
                "shop",
                "--link",
                db + ":store",
                "--driver-opt",
                "com.docker.network.endpoint.ifname=extra0",
                "--gw-priority",
                "5",
                net,
                web);
        JsonNode endpoint = cli.endpoint(web, net);
        assertThat(endpoint.path("IPAddress").asString()).isEqualTo(subnet + ".77");
        assertThat(endpoint.at("/IPAMConfig/IPv4Address").asString()).isEqualTo(subnet + ".77");
        assertThat(endpoint.path("Gateway").asString()).isEqualTo(subnet + ".1");
        assertThat(endpoint.path("GwPriority").asInt()).isEqualTo(5);
        assertThat(endpoint.at("/Links/0").asString()).isEqualTo(db + ":store");
        assertThat(endpoint.at("/Aliases/0").asString()).isEqualTo("shop");
        assertThat(endpoint.path("MacAddress").asString()).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
        assertThat(java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + cli.pid(web) + "/net/dev")))
                .contains("extra0:");
        try (InsideServer server = InsideServer.tcp(cli.pid(web), 7000, "hello from web")) {
            assertThat(cli.script(net, "exec 3<>/dev/tcp/shop/7000; cat <&3")).isEqualTo("hello from web");
            assertThat(InsideServer.greeting(subnet + ".77", 7000)).isEqualTo("hello from web");
        }
        docker("network", "disconnect", net, web);
        assertThat(cli.endpoint(web, net).isMissingNode()).isTrue();
        assertThat(java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + cli.pid(web) + "/net/dev")))
                .doesNotContain("extra0:");
    }

    @Test
    void ipv6IsGivenWhereTheHostHasIt() throws Exception {
        org.assertj.core.api.Assumptions.assumeThat(java.nio.file.Path.of("/proc/sys/net/ipv6"))
                .exists();
        String subnet = "fd00:" + Integer.toHexString(0x1000 + Math.abs(cli.prefix.hashCode() % 0xe000)) + "::";
        Run created = engine.docker("network", "create", "--ipv6", "--subnet", subnet + "/64", net);
        org.assertj.core.api.Assumptions.assumeThat(created.errors())
                .as("this host has no IPv6")
                .doesNotContain("IPv6");
        assertThat(created.exitCode()).as(created.errors()).isZero();
        cli.run(web, "--network", net, "--ip6", subnet + "77");
        JsonNode endpoint = cli.endpoint(web, net);
        assertThat(endpoint.path("GlobalIPv6Address").asString()).isEqualTo(subnet + "77");
        assertThat(endpoint.path("GlobalIPv6PrefixLen").asInt()).isEqualTo(64);
        assertThat(endpoint.path("IPv6Gateway").asString()).isEqualTo(subnet + "1");
        docker("network", "disconnect", net, web);
        docker("network", "connect", "--ip6", subnet + "78", net, web);
        assertThat(cli.endpoint(web, net).path("GlobalIPv6Address").asString()).isEqualTo(subnet + "78");
        assertThat(cli.network(net).path("EnableIPv6").asBoolean()).isTrue();
    }

    @Test
    void connectOfAStoppedContainerHoldsFromItsNextStart() throws Exception {
        docker("network", "create", net);
        docker("create", "--name", web, "lighter/host", "sleep", "1000");
        docker("network", "connect", "--alias", "shop", net, web);
        assertThat(cli.endpoint(web, net).path("IPAddress").asString("?")).isEmpty();
        docker("start", web);
        assertThat(cli.endpoint(web, net).path("IPAddress").asString()).isNotEmpty();
        assertThat(cli.endpoint(web, "bridge").path("IPAddress").asString()).isNotEmpty();
        docker("network", "disconnect", "bridge", web);
        assertThat(cli.container(web).at("/NetworkSettings/Networks").propertyNames())
                .containsExactly(net);
        docker("stop", "-t", "0", web);
        docker("start", web);
        assertThat(cli.container(web).at("/NetworkSettings/Networks").propertyNames())
                .containsExactly(net);
    }

    @Test
    void connectAndDisconnectFailInDockersWords() throws Exception {
        docker("network", "create", net);
        cli.run(web, "--network", net);
        cli.fails(1, "endpoint with name " + web + " already exists in network " + net, "network", "connect", net, web);
        cli.fails(1, "is not connected to network bridge", "network", "disconnect", "bridge", web);
        cli.fails(1, "network " + net + "x not found", "network", "connect", net + "x", web);
        cli.fails(1, "No such container: " + db, "network", "connect", net, db);
        cli.fails(1, "No such container: " + db, "network", "disconnect", net, db);
        docker("network", "disconnect", "-f", net, web);
        assertThat(cli.endpoint(web, net).isMissingNode()).isTrue();
    }

    @Test
    void createFailsInDockersWords() throws Exception {
        docker("network", "create", net);
        cli.fails(1, "network with name " + net + " already exists", "network", "create", net);
        cli.fails(1, "operation is not permitted on predefined bridge network", "network", "create", "bridge");
        String other = cli.prefix + "-b";
        cli.fails(
                1,
                "could not find plugin odd in v1 plugin registry: plugin not found",
                "network",
                "create",
                "--driver",
                "odd",
                other);
        cli.fails(1, "invalid", "network", "create", "--subnet", "10.0.0.0/99", other);
        cli.fails(1, "", "network", "create", "--subnet", "10.9.0.0/24", "--gateway", "10.8.0.1", other);
        cli.fails(1, "ConfigOnly is not available in this engine", "network", "create", "--config-only", other);
        cli.fails(1, "Ingress is not available in this engine", "network", "create", "--ingress", other);
        cli.fails(1, "Scope is not available in this engine", "network", "create", "--scope", "swarm", other);
        String subnet = cli.network(net).at("/IPAM/Config/0/Subnet").asString();
        cli.fails(
                1,
                "Pool overlaps with other one on this address space",
                "network",
                "create",
                "--subnet",
                subnet,
                other);
        assertThat(docker("network", "ls", "-q", "--filter", "name=" + other)).isEmpty();
    }

    @Test
    void rmRemovesSeveralAndSaysWhatItCannot() throws Exception {
        String other = cli.prefix + "-b";
        String used = cli.prefix + "-c";
        for (String name : List.of(net, other, used)) {
            docker("network", "create", name);
        }
        cli.run(web, "--network", used);
        Run run = engine.docker("network", "rm", net, cli.prefix + "-none", other, used);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output().lines()).containsExactly(net, other);
        assertThat(run.errors())
                .contains("network " + cli.prefix + "-none not found")
                .contains("error while removing network: network " + used)
                .contains("has active endpoints");
        assertThat(docker("network", "rm", "-f", cli.prefix + "-none")).isEmpty();
        cli.fails(1, "bridge is a pre-defined network and cannot be removed", "network", "rm", "bridge");
        docker("rm", "-f", web);
        assertThat(docker("network", "rm", used)).isEqualTo(used);
    }

    @Test
    void pruneRemovesWhatNothingIsOn() throws Exception {
        String kept = cli.prefix + "-kept";
        String used = cli.prefix + "-used";
        String label = "test=" + cli.prefix;
        docker("network", "create", "--label", label, net);
        docker("network", "create", "--label", label, "--label", "keep", kept);
        docker("network", "create", "--label", label, used);
        cli.run(web, "--network", used);
        assertThat(docker("network", "prune", "-f", "--filter", "label=" + label, "--filter", "until=1h"))
                .isEmpty();
        assertThat(docker("network", "prune", "-f", "--filter", "label=" + label, "--filter", "label!=keep"))
                .isEqualTo("Deleted Networks:\n" + net);
        assertThat(docker("network", "prune", "-f", "--filter", "label=" + label))
                .isEqualTo("Deleted Networks:\n" + kept);
        assertThat(docker("network", "ls", "--filter", "label=" + label, "--format", "{{.Name}}"))
                .isEqualTo(used);
        cli.fails(1, "invalid filter 'color'", "network", "prune", "-f", "--filter", "color=red");
    }

    @Test
    void eventsTellOfNetworks() throws Exception {
        String since = Instant.now().minusMillis(200).toString();
        docker("network", "create", net);
        cli.run(web);
        docker("network", "connect", net, web);
        docker("network", "disconnect", net, web);
        docker("network", "rm", net);
        String until = Instant.now().plusMillis(500).toString();
        String format = "{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}";
        assertThat(docker(
                                "events",
                                "--since",
                                since,
                                "--until",
                                until,
                                "--filter",
                                "type=network",
                                "--filter",
                                "network=" + net,
                                "--format",
                                format)
                        .lines())
                .containsExactly(
                        "network create " + net + " bridge",
                        "network connect " + net + " bridge",
                        "network disconnect " + net + " bridge",
                        "network destroy " + net + " bridge");
    }

    @Test
    void infoNamesTheDrivers() throws Exception {
        assertThat(docker("info", "--format", "{{join .Plugins.Network \" \"}}"))
                .isEqualTo("bridge host macvlan null");
    }
}
