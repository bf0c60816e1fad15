package dev.lighter.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.network.AddressPool;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkDriver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkRowTest {
    private static Network network(String digit, NetworkDriver driver, boolean internal, Map<String, String> options) {
        List<AddressPool> pools = driver == NetworkDriver.BRIDGE
                ? List.of(
                        new AddressPool("172.30.0.0/24", "", "172.30.0.1", Map.of()),
                        new AddressPool("fd00::/64", "", "fd00::1", Map.of()))
                : List.of();
        return new Network(
                digit.repeat(64),
                "n" + digit,
                Instant.parse("2026-01-31T12:00:00Z"),
                driver,
                pools,
                Map.of(),
                true,
                true,
                internal,
                false,
                options,
                Map.of(),
                "",
                false,
                false);
    }

    @Test
    void onlyNetworksWithLinksOfTheirOwnTakeAColour() {
        List<NetworkRow> rows = NetworkRow.of(
                List.of(
                        network("1", NetworkDriver.BRIDGE, false, Map.of()),
                        network("2", NetworkDriver.HOST, false, Map.of()),
                        network("3", NetworkDriver.NONE, false, Map.of()),
                        network("4", NetworkDriver.BRIDGE, true, Map.of())),
                id -> id.startsWith("4") ? 2 : 0);

        assertThat(rows).extracting(NetworkRow::hue).containsExactly("hue-0", "hue-none", "hue-none", "hue-1");
        assertThat(rows)
                .extracting(NetworkRow::reach)
                .containsExactly("outside", "the host's own", "nothing", "internal");
        assertThat(rows).extracting(NetworkRow::driver).containsExactly("bridge", "host", "none", "bridge");
        assertThat(rows.get(3).containers()).isEqualTo(2);
        assertThat(rows.get(0).subnets()).isEqualTo("172.30.0.0/24, fd00::/64");
    }

    @Test
    void factsOfANetworkLeaveOutWhatIsNotSo() {
        assertThat(Fact.of(network("1", NetworkDriver.BRIDGE, false, Map.of())))
                .extracting(Fact::name)
                .containsExactly("Driver", "Created", "Subnet", "Gateway", "IPv6");
        assertThat(Fact.of(network(
                        "1", NetworkDriver.BRIDGE, true, Map.of("com.docker.network.bridge.enable_icc", "false"))))
                .extracting(Fact::name)
                .contains("Outside", "Neighbours");
    }
}
