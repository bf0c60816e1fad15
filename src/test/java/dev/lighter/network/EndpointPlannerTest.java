package dev.lighter.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a container may ask for on a network. */
class EndpointPlannerTest {
    private static final String CONTAINER = "c".repeat(64);

    private static LiveNetwork network() {
        return new LiveNetwork(new Network(
                "n".repeat(64),
                "net",
                Instant.EPOCH,
                NetworkDriver.BRIDGE,
                List.of(
                        new AddressPool("10.10.0.0/24", "", "10.10.0.1", Map.of("kept", "10.10.0.9")),
                        new AddressPool("fd00:7::/64", "", "fd00:7::1", Map.of())),
                Map.of(),
                true,
                true,
                false,
                false,
                Map.of(),
                Map.of(),
                "lt-net",
                false,
                false));
    }

    private static EndpointSettings settings(
            String v4, String v6, String mac, List<String> aliases, List<String> links, Map<String, String> options) {
        return new EndpointSettings(aliases, links, v4, v6, List.of(), mac, options, 0);
    }

    private static LiveEndpoint plan(EndpointSettings settings) {
        return EndpointPlanner.plan(network(), CONTAINER, settings, List.of("web", "cccccccccccc"));
    }

    @Test
    void anEndpointHasTheContainersNamesAndItsAliases() {
        LiveEndpoint endpoint = plan(
                settings("10.10.0.5", "fd00:7::5", "02:00:00:00:00:05", List.of("www", "web"), List.of(), Map.of()));

        assertThat(endpoint.names).containsExactly("web", "cccccccccccc", "www");
        assertThat(endpoint.id).hasSize(64);
        assertThat(endpoint.lease).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.11.0.5   |         |                   | no configured subnet or ip-range contain the IP address 10.11.0.5
            fd00:7::5   |         |                   | invalid IPv4 address: fd00:7::5
            ten         |         |                   | invalid IP address: ten
                        | fd00::5 |                   | no configured subnet or ip-range contain the IP address fd00::5
                        |         | 02:00             | invalid MAC address: 02:00
                        |         | 01:00:5e:00:00:01 | is a group's
            """)
    void addressesThatCannotBeAreRefused(String v4, String v6, String mac, String words) {
        EndpointSettings settings = settings(
                v4 == null ? "" : v4, v6 == null ? "" : v6, mac == null ? "" : mac, List.of(), List.of(), Map.of());

        assertThatThrownBy(() -> plan(settings))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID))
                .hasMessageContaining("invalid config for network net: invalid endpoint settings:")
                .hasMessageContaining(words);
    }

    @Test
    void aTakenAddressIsForbiddenAndAnAuxiliaryOneIsTaken() {
        LiveNetwork network = network();

        assertThatThrownBy(() -> network.take(IpPrefix.address("10.10.0.9")))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.FORBIDDEN))
                .hasMessageContaining("Address already in use");
    }

    @Test
    void settingsOfTheLinkNameItByAPlaceholder() {
        EndpointSettings settings = settings(
                "",
                "",
                "",
                List.of(),
                List.of(),
                Map.of(
                        EndpointPlanner.SETTINGS,
                        "net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.IFNAME.hop_limit=9"));

        assertThat(EndpointPlanner.linkSettings("net", settings, "eth3"))
                .containsEntry("ipv4/conf/eth3/log_martians", "1")
                .containsEntry("ipv6/conf/eth3/hop_limit", "9");
        for (String wrong :
                List.of("kernel.panic=1", "net.ipv4.ip_forward=1", "net.ipv4.conf.IFNAME/../x=1", "words")) {
            assertThatThrownBy(() ->
                            plan(settings("", "", "", List.of(), List.of(), Map.of(EndpointPlanner.SETTINGS, wrong))))
                    .hasMessageContaining("invalid sysctl");
        }
    }

    @Test
    void linkNamesAndUnknownOptionsAreChecked() {
        for (String wrong : List.of("lo", "a/b", "much-too-long-a-name", ".")) {
            assertThatThrownBy(() ->
                            plan(settings("", "", "", List.of(), List.of(), Map.of(EndpointPlanner.LINK_NAME, wrong))))
                    .hasMessageContaining("invalid interface name");
        }
        assertThatThrownBy(() -> plan(settings("", "", "", List.of(), List.of(), Map.of("color", "red"))))
                .hasMessageContaining("unknown driver option \"color\"");
    }

    @Test
    void linksGiveAliasesToContainers() {
        EndpointSettings settings = settings("", "", "", List.of(), List.of("/db:database", "cache"), Map.of());

        assertThat(EndpointPlanner.links("net", settings))
                .containsEntry("database", "db")
                .containsEntry("cache", "cache");
        assertThatThrownBy(() -> plan(settings("", "", "", List.of(), List.of("a:b:c"), Map.of())))
                .hasMessageContaining("invalid link \"a:b:c\"");
    }
}
