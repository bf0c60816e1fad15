package dev.lighter.dockerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.container.ContainerRequest;
import dev.lighter.network.AddressPool;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.NetworkRequest;
import dev.lighter.network.port.PortBinding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What clients send about networks, as the docker command line and docker-compose were seen to send it. */
class NetworkBodiesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int NEWEST = 51;

    private static ContainerRequest container(String fields, int version) {
        return JSON.readValue("{\"Image\":\"app\"," + fields + "}", CreateBody.class)
                .toRequest("web", version);
    }

    @Test
    void createTakesEverythingThatTheCommandLineSends() {
        NetworkRequest request = JSON.readValue("""
                {"Driver":"bridge","Scope":"","EnableIPv6":true,"IPAM":{"Driver":"default","Options":{"x":"y"},
                 "Config":[{"Subnet":"10.0.0.0/24","IPRange":"10.0.0.128/25","Gateway":"10.0.0.1",
                 "AuxiliaryAddresses":{"h":"10.0.0.5"}}]},"Internal":true,"Attachable":true,"Ingress":false,
                 "ConfigOnly":false,"ConfigFrom":null,"Options":{"k":"v"},"Labels":{"a":"b"},"Name":"net1"}
                """, NetworkCreateBody.class).toRequest();
        assertThat(request)
                .isEqualTo(new NetworkRequest(
                        "net1",
                        "bridge",
                        "default",
                        Map.of("x", "y"),
                        List.of(new AddressPool("10.0.0.0/24", "10.0.0.128/25", "10.0.0.1", Map.of("h", "10.0.0.5"))),
                        null,
                        true,
                        true,
                        true,
                        Map.of("k", "v"),
                        Map.of("a", "b")));
    }

    @Test
    void createTakesWhatComposeSends() {
        NetworkRequest request = JSON.readValue("""
                {"Name":"p_back","CheckDuplicate":true,"Labels":{"com.docker.compose.network":"back"},
                 "Internal":true,"Attachable":true}
                """, NetworkCreateBody.class).toRequest();
        assertThat(request.name()).isEqualTo("p_back");
        assertThat(request.driver()).isEmpty();
        assertThat(request.pools()).isEmpty();
        assertThat(request.ipv6()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "Ingress":true                                       | Ingress
            "ConfigOnly":true                                    | ConfigOnly
            "ConfigFrom":{"Network":"x"}                         | ConfigFrom
            "Scope":"swarm"                                      | Scope
            "Peers":[{"Name":"x"}]                               | Peers
            "IPAM":{"Address":"x"}                               | IPAM.Address
            "IPAM":{"Config":[{"AuxAddress":{"a":"10.0.0.1"}}]}  | IPAM.Config.AuxAddress
            """)
    void createRefusesByNameWhatNobodyWouldDo(String field, String name) {
        NetworkCreateBody body = JSON.readValue("{\"Name\":\"n\"," + field + "}", NetworkCreateBody.class);
        assertThatThrownBy(body::toRequest).hasMessage(name + " is not available in this engine: leave it out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"Options\":[\"a\"]",
                "\"Labels\":{\"a\":null}",
                "\"Internal\":\"maybe\"",
                "\"EnableIPv6\":[]",
                "\"IPAM\":{\"Config\":{\"Subnet\":\"10.0.0.0/8\"}}"
            })
    void createRefusesWrongTypes(String field) {
        assertThatThrownBy(() -> JSON.readValue("{\"Name\":\"n\"," + field + "}", NetworkCreateBody.class))
                .isInstanceOf(tools.jackson.databind.exc.MismatchedInputException.class);
    }

    @Test
    void connectTakesEverythingAndReadsOverWhatOnlyInspectionFills() {
        NetworkConnectBody body = JSON.readValue("""
                {"Container":"c","EndpointConfig":{"IPAMConfig":{"IPv4Address":"1.2.3.4","IPv6Address":"fd00::1",
                 "LinkLocalIPs":["169.254.1.1"]},"Links":["a:b"],"Aliases":["x"],"MacAddress":"","DriverOpts":{"k":"v"},
                 "GwPriority":5,"NetworkID":"n","EndpointID":"e","Gateway":"1.2.3.1","IPAddress":"1.2.3.9",
                 "IPPrefixLen":24,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DNSNames":["d"]}}
                """, NetworkConnectBody.class);
        assertThat(body.container).isEqualTo("c");
        assertThat(body.settings())
                .isEqualTo(new EndpointSettings(
                        List.of("x"),
                        List.of("a:b"),
                        "1.2.3.4",
                        "fd00::1",
                        List.of("169.254.1.1"),
                        "",
                        Map.of("k", "v"),
                        5));
        assertThat(JSON.readValue("{\"Container\":\"c\"}", NetworkConnectBody.class)
                        .settings())
                .isEqualTo(EndpointSettings.NONE);
    }

    @Test
    void connectRefusesUnknownSettingsByTheirPlace() {
        NetworkConnectBody body = JSON.readValue(
                "{\"Container\":\"c\",\"EndpointConfig\":{\"IPAMConfig\":{\"Pool\":\"x\"}}}", NetworkConnectBody.class);
        assertThatThrownBy(body::settings)
                .hasMessage("EndpointConfig.IPAMConfig.Pool is not available in this engine: leave it out");
    }

    @Test
    void containersStartOnTheNetworksTheyName() {
        ContainerRequest request = container("""
                "HostConfig":{"NetworkMode":"a"},"NetworkingConfig":{"EndpointsConfig":{
                 "a":{"IPAMConfig":{"IPv4Address":"1.2.3.4"},"Aliases":["x"],"GwPriority":3},"b":null}}
                """, NEWEST);
        assertThat(request.network().mode()).isEqualTo("a");
        assertThat(request.endpoints())
                .isEqualTo(Map.of(
                        "a",
                        new EndpointSettings(List.of("x"), List.of(), "1.2.3.4", "", List.of(), "", Map.of(), 3),
                        "b",
                        EndpointSettings.NONE));
    }

    @Test
    void theDefaultNetworkHasAnotherNameOnTheWire() {
        ContainerRequest request = container("""
                "HostConfig":{"NetworkMode":"default"},"NetworkingConfig":{"EndpointsConfig":{"default":{}}}
                """, NEWEST);
        assertThat(request.endpoints()).containsOnlyKeys("bridge");
        assertThat(request.network().network()).isEqualTo("bridge");
    }

    @Test
    void olderClientsMayNameOneNetwork() {
        String two = "\"NetworkingConfig\":{\"EndpointsConfig\":{\"a\":{},\"b\":{}}}";
        assertThatThrownBy(() -> container(two, 43))
                .hasMessage("Container cannot be created with multiple network endpoints: a, b");
        assertThat(container(two, 44).endpoints()).hasSize(2);
    }

    @Test
    void containersCarryAllTheirNetworkOptions() {
        ContainerRequest request = container("""
                "ExposedPorts":{"80":{},"33-34/udp":{}},"MacAddress":"02:42:ac:11:00:07","NetworkDisabled":true,
                "HostConfig":{"NetworkMode":"a","PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":""},
                 {"HostPort":"8000-8010"}],"53/udp":[{"HostIp":"::1","HostPort":"53"}],"90/tcp":null},
                 "PublishAllPorts":true,"Dns":["1.1.1.1"],"DnsOptions":["ndots:1"],"DnsSearch":["a.b"],
                 "ExtraHosts":["h:host-gateway"],"Links":["x:y"]}
                """, NEWEST);
        assertThat(request.network())
                .isEqualTo(new dev.lighter.container.NetworkOptions(
                        "a",
                        true,
                        List.of(
                                new PortBinding(80, "tcp", "127.0.0.1", ""),
                                new PortBinding(80, "tcp", "", "8000-8010"),
                                new PortBinding(53, "udp", "::1", "53")),
                        true,
                        List.of("80/tcp", "33/udp", "34/udp"),
                        List.of("1.1.1.1"),
                        List.of("ndots:1"),
                        List.of("a.b"),
                        List.of("h:host-gateway"),
                        List.of("x:y"),
                        "02:42:ac:11:00:07"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "HostConfig":{"PortBindings":{"80/icmp":[{}]}}                                | Invalid proto: icmp
            "HostConfig":{"PortBindings":{"0/tcp":[{}]}}                                  | invalid port specification: "0"
            "HostConfig":{"PortBindings":{"80-81/tcp":[{}]}}                              | invalid port specification: "80-81/tcp"
            "ExposedPorts":{"web":{}}                                                     | invalid port specification: "web"
            "ExposedPorts":{"70000/tcp":{}}                                               | invalid port specification: "70000"
            "NetworkingConfig":{"EndpointsConfig":{"a":{"Sandbox":"x"}}}                  | NetworkingConfig.EndpointsConfig.a.Sandbox is not available in this engine: leave it out
            "NetworkingConfig":{"Endpoints":{"a":{"b":1}}}                                | NetworkingConfig.Endpoints is not available in this engine: leave it out
            """)
    void containersAreRefusedInWords(String fields, String message) {
        assertThatThrownBy(() -> container(fields, NEWEST)).hasMessage(message);
    }
}
