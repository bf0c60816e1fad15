package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.container.ContainerState.Status;
import dev.lighter.container.ContainerView;
import dev.lighter.container.NetworkOptions;
import dev.lighter.event.Event;
import dev.lighter.network.EndpointSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients read of networks, endpoints and ports, as JSON. */
class NetworkRecordsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int NEWEST = 51;

    private static void assertJson(Object record, String golden) {
        assertThat(JSON.readTree(JSON.writeValueAsString(record))).isEqualTo(JSON.readTree(golden));
    }

    @Test
    void aNetworkIsShownWithItsRunningContainers() {
        NetworkInspect shown = NetworkInspect.of(
                Examples.network("shop"),
                List.of(Examples.endpoint("shop", true)),
                Map.of(Examples.CONTAINER_ID, "web"));
        assertJson(shown, """
                {"Name":"shop","Id":"%s","Created":"2026-01-31T12:00:00Z","Scope":"local","Driver":"bridge",
                 "EnableIPv4":true,"EnableIPv6":true,
                 "IPAM":{"Driver":"default","Options":null,"Config":[
                   {"Subnet":"10.20.0.0/24","IPRange":"10.20.0.128/25","Gateway":"10.20.0.1",
                    "AuxiliaryAddresses":{"host":"10.20.0.5"}},
                   {"Subnet":"fd00::/64","Gateway":"fd00::1"}]},
                 "Internal":true,"Attachable":true,"Ingress":false,"ConfigFrom":{"Network":""},"ConfigOnly":false,
                 "Containers":{"%s":{"Name":"web","EndpointID":"%s","MacAddress":"02:42:0a:14:00:82",
                   "IPv4Address":"10.20.0.130/24","IPv6Address":"fd00::82/64"}},
                 "Options":{"com.docker.network.driver.mtu":"1400"},"Labels":{"team":"a"}}
                """.formatted(Examples.NETWORK_ID, Examples.CONTAINER_ID, Examples.ENDPOINT_ID));
    }

    @Test
    void aNetworkDoesNotShowContainersThatDoNotRun() {
        NetworkInspect shown =
                NetworkInspect.of(Examples.network("shop"), List.of(Examples.endpoint("shop", false)), Map.of());
        assertThat(shown.containers()).isEmpty();
    }

    @Test
    void aRunningContainersPlaceIsShownComplete() {
        ContainerView container = Examples.container(Status.RUNNING, Examples.options("shop"));
        assertJson(EndpointView.of(container, Examples.endpoint("shop", true), NEWEST), """
                {"IPAMConfig":{"IPv4Address":"10.20.0.130"},"Links":["db:database"],"Aliases":["shop"],
                 "MacAddress":"02:42:0a:14:00:82","DriverOpts":{"com.docker.network.endpoint.ifname":"net0"},
                 "GwPriority":7,"NetworkID":"%s","EndpointID":"%s","Gateway":"10.20.0.1","IPAddress":"10.20.0.130",
                 "IPPrefixLen":24,"IPv6Gateway":"fd00::1","GlobalIPv6Address":"fd00::82","GlobalIPv6PrefixLen":64,
                 "DNSNames":["web","shop","4f4f4f4f4f4f"]}
                """.formatted(
                        Examples.NETWORK_ID, Examples.ENDPOINT_ID));
    }

    @Test
    void aStoppedContainersPlaceKeepsWhatWasAskedFor() {
        ContainerView container = Examples.container(Status.EXITED, Examples.options("bridge"));
        assertJson(
                EndpointView.of(container, Examples.endpoint("bridge", EndpointSettings.NONE, false), NEWEST),
                """
                {"IPAMConfig":null,"Links":null,"Aliases":null,"MacAddress":"","DriverOpts":null,"GwPriority":0,
                 "NetworkID":"%s","EndpointID":"","Gateway":"","IPAddress":"","IPPrefixLen":0,"IPv6Gateway":"",
                 "GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DNSNames":null}
                """.formatted(Examples.NETWORK_ID));
    }

    @Test
    void olderClientsFindTheShortIdAmongTheAliases() {
        ContainerView container = Examples.container(Status.RUNNING, Examples.options("shop"));
        assertThat(EndpointView.of(container, Examples.endpoint("shop", true), 44)
                        .aliases())
                .containsExactly("shop", "4f4f4f4f4f4f", "host");
        assertThat(EndpointView.of(container, Examples.endpoint("bridge", true), 44)
                        .aliases())
                .containsExactly("shop");
    }

    @Test
    void aContainerOnTheDefaultNetworkHasItsPlaceInTheOldFields() {
        ContainerView container = Examples.container(Status.RUNNING, Examples.options("default"));
        JsonNode shown = JSON.readTree(JSON.writeValueAsString(NetworkSettingsView.of(
                container,
                List.of(Examples.endpoint("bridge", EndpointSettings.NONE, true)),
                Examples.ports(),
                NEWEST)));
        assertThat(shown.path("Networks").propertyNames()).containsExactly("bridge");
        ((tools.jackson.databind.node.ObjectNode) shown).remove("Networks");
        assertThat(shown).isEqualTo(JSON.readTree("""
                {"Bridge":"","SandboxID":"%s","SandboxKey":"/proc/4711/ns/net",
                 "Ports":{"53/udp":[{"HostIp":"127.0.0.1","HostPort":"32768"}],
                   "80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}],
                   "9000/tcp":null,"9001/tcp":null},
                 "HairpinMode":false,"LinkLocalIPv6Address":"","LinkLocalIPv6PrefixLen":0,
                 "SecondaryIPAddresses":null,"SecondaryIPv6Addresses":null,"EndpointID":"%s","Gateway":"10.20.0.1",
                 "GlobalIPv6Address":"fd00::82","GlobalIPv6PrefixLen":64,"IPAddress":"10.20.0.130","IPPrefixLen":24,
                 "IPv6Gateway":"fd00::1","MacAddress":"02:42:0a:14:00:82"}
                """.formatted(Examples.CONTAINER_ID, Examples.ENDPOINT_ID)));
    }

    @Test
    void portsAreShownWhileTheContainerRunsOnItsOwnNetwork() {
        for (String mode : List.of("host", "none", "container:" + Examples.CONTAINER_ID)) {
            ContainerView container = Examples.container(Status.RUNNING, Examples.options(mode));
            assertThat(PortMap.of(container, List.of())).as(mode).isEmpty();
            assertThat(PortSummary.of(container, List.of())).as(mode).isEmpty();
        }
        ContainerView stopped = Examples.container(Status.EXITED, Examples.options("shop"));
        NetworkSettingsView shown =
                NetworkSettingsView.of(stopped, List.of(Examples.endpoint("shop", false)), List.of(), NEWEST);
        assertThat(shown.ports()).isEmpty();
        assertThat(shown.sandboxKey()).isEmpty();
        assertThat(shown.networks()).containsKey("shop");
    }

    @Test
    void listsHavePublishedPortsAndThoseThatAreOnlyExposed() {
        ContainerView container = Examples.container(Status.RUNNING, Examples.options("shop"));
        assertJson(PortSummary.of(container, Examples.ports()), """
                [{"IP":"127.0.0.1","PrivatePort":53,"PublicPort":32768,"Type":"udp"},
                 {"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                 {"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                 {"PrivatePort":9000,"Type":"tcp"},{"PrivatePort":9001,"Type":"tcp"}]
                """);
    }

    @Test
    void inspectionShowsTheHostsPartOfTheNetwork() {
        ContainerView container = Examples.container(Status.RUNNING, Examples.options(""));
        JsonNode shown = JSON.readTree(JSON.writeValueAsString(HostConfigView.of(container)));
        JsonNode golden = JSON.readTree("""
                {"NetworkMode":"bridge","PortBindings":{"53/udp":[{"HostIp":"127.0.0.1","HostPort":""}],
                   "80/tcp":[{"HostIp":"","HostPort":"8080"},{"HostIp":"::1","HostPort":"8080"}]},
                 "PublishAllPorts":false,"Dns":["192.0.2.53"],"DnsOptions":["ndots:2"],"DnsSearch":["example.com"],
                 "ExtraHosts":["box:192.0.2.1"],"Links":["/db:/web/database"]}
                """);
        golden.propertyStream()
                .forEach(field -> assertThat(shown.path(field.getKey())).isEqualTo(field.getValue()));
        JsonNode shop = JSON.readTree(JSON.writeValueAsString(
                HostConfigView.of(Examples.container(Status.RUNNING, Examples.options("shop")))));
        assertThat(shop.path("Links").isNull()).isTrue();
    }

    @Test
    void inspectionShowsExposedPortsAndLeavesOutWhatIsUsual() {
        ContainerView container = Examples.container(Status.RUNNING, Examples.options("shop"));
        JsonNode config = config(container);
        assertThat(config.path("ExposedPorts"))
                .isEqualTo(JSON.readTree("{\"53/udp\":{},\"80/tcp\":{},\"9000-9001/tcp\":{}}"));
        assertThat(config.has("MacAddress")).isFalse();
        assertThat(config.has("NetworkDisabled")).isFalse();
        NetworkOptions plain = new NetworkOptions(
                "none",
                true,
                List.of(),
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "02:42:00:00:00:01");
        JsonNode other = config(Examples.container(Status.RUNNING, plain));
        assertThat(other.has("ExposedPorts")).isFalse();
        assertThat(other.path("MacAddress").asString()).isEqualTo("02:42:00:00:00:01");
        assertThat(other.path("NetworkDisabled").asBoolean()).isTrue();
    }

    private static JsonNode config(ContainerView container) {
        NetworkSettingsView network = NetworkSettingsView.of(container, List.of(), List.of(), NEWEST);
        return JSON.readTree(JSON.writeValueAsString(ContainerInspect.of(
                        container,
                        network,
                        List.of(),
                        ContainerInspect.Places.of(Path.of("/data/log"), List.of()),
                        List.of(),
                        null)))
                .path("Config");
    }

    @Test
    void answersCarryDockersNames() {
        assertJson(new NetworkCreateAnswer("1", ""), "{\"Id\":\"1\",\"Warning\":\"\"}");
        assertJson(new NetworkPruneAnswer(List.of("a")), "{\"NetworksDeleted\":[\"a\"]}");
    }

    @Test
    void eventsOfNetworksHaveNoFieldsForOlderClients() {
        Event event = new Event(
                "network",
                "connect",
                Examples.NETWORK_ID,
                Map.of("container", Examples.CONTAINER_ID, "name", "shop", "type", "bridge"),
                Examples.NOON);
        assertJson(EventBody.of(event), """
                {"Type":"network","Action":"connect","Actor":{"ID":"%s",
                   "Attributes":{"container":"%s","name":"shop","type":"bridge"}},
                 "scope":"local","time":1769860800,"timeNano":1769860800000000000}
                """.formatted(Examples.NETWORK_ID, Examples.CONTAINER_ID));
    }
}
