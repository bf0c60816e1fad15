package dev.lighter.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import dev.lighter.network.address.Subnet;
import dev.lighter.network.address.SubnetChooser;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request for a network becomes, and which are refused with which words. */
class NetworkPlannerTest {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final List<Subnet> TAKEN = List.of(Subnet.parse("172.17.0.0/16"), Subnet.parse("10.9.0.0/24"));
    private static final List<Subnet> ROUTES = List.of(Subnet.parse("172.18.0.0/17"));

    private final NetworkPlanner planner = new NetworkPlanner(new SubnetChooser(SubnetChooser.DEFAULT_SOURCES));

    private static NetworkRequest request(
            String name,
            String driver,
            @Nullable Boolean v4,
            @Nullable Boolean v6,
            Map<String, String> options,
            AddressPool... pools) {
        return new NetworkRequest(name, driver, "", Map.of(), List.of(pools), v4, v6, false, false, options, Map.of());
    }

    private static NetworkRequest pools(AddressPool... pools) {
        return request("net", "", null, null, Map.of(), pools);
    }

    private static AddressPool pool(String subnet, String range, String gateway) {
        return new AddressPool(subnet, range, gateway, Map.of());
    }

    private Network plan(NetworkRequest request) {
        return planner.plan(ID, request, "lt-0123456789ab", TAKEN, ROUTES);
    }

    @Test
    void aNetworkThatAsksForNothingGetsASubnetThatNobodyHas() {
        Network network = plan(pools());

        assertThat(network.pools()).containsExactly(new AddressPool("172.18.128.0/20", "", "172.18.128.1", Map.of()));
        assertThat(network.driver()).isEqualTo(NetworkDriver.BRIDGE);
        assertThat(network.link()).isEqualTo("lt-0123456789ab");
        assertThat(network.ipv4()).isTrue();
        assertThat(network.ipv6()).isFalse();
    }

    @Test
    void subnetsRangesGatewaysAndAuxiliaryAddressesAreTakenAsTheyAre() {
        Network network = plan(
                pools(new AddressPool("10.10.0.0/16", "10.10.5.0/24", "10.10.5.254", Map.of("router", "10.10.5.1"))));

        assertThat(network.pools())
                .containsExactly(
                        new AddressPool("10.10.0.0/16", "10.10.5.0/24", "10.10.5.254", Map.of("router", "10.10.5.1")));
    }

    @Test
    void aGatewayThatNobodyNamesIsTheFirstAddressThatIsNoAuxiliaryOne() {
        Network network =
                plan(pools(new AddressPool("10.10.0.0/24", "", "", Map.of("a", "10.10.0.1", "b", "10.10.0.2"))));

        assertThat(network.pools().get(0).gateway()).isEqualTo("10.10.0.3");
    }

    @Test
    void ipv6ComesWithItsSubnetOrByItself() {
        assertThat(plan(pools(pool("fd00:7::/64", "", "fd00:7::1"))).pools())
                .extracting(AddressPool::subnet)
                .containsExactly("172.18.128.0/20", "fd00:7::/64");
        Network both = plan(request("net", "", null, true, Map.of()));
        assertThat(both.pools())
                .hasSize(2)
                .element(1)
                .satisfies(pool -> assertThat(pool.subnet()).startsWith("fd").endsWith("/64"));
        Network only = plan(request("net", "", false, true, Map.of()));
        assertThat(only.pools())
                .singleElement()
                .satisfies(pool -> assertThat(pool.subnet()).contains(":"));
        assertThat(only.ipv4()).isFalse();
    }

    @Test
    void aBridgeOfAChosenNameIsItsLink() {
        assertThat(plan(request("net", "bridge", null, null, Map.of("com.docker.network.bridge.name", "br-team")))
                        .link())
                .isEqualTo("br-team");
    }

    @Test
    void aSubnetThatTheHostRoutesElsewhereMayBeAskedFor() {
        assertThat(plan(pools(pool("172.18.5.0/24", "", ""))).pools().get(0).subnet())
                .isEqualTo("172.18.5.0/24");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.9.0.0/25    |              |            | FORBIDDEN | Pool overlaps with other one on this address space
            10.0.0.0/8     |              |            | FORBIDDEN | Pool overlaps with other one on this address space
            10.10.0.5/24   |              |            | INVALID   | invalid subnet 10.10.0.5/24: it should be 10.10.0.0/24
            10.10.0.0      |              |            | INVALID   | invalid subnet 10.10.0.0: invalid CIDR block notation
            10.10.0.0/33   |              |            | INVALID   | invalid subnet 10.10.0.0/33: invalid CIDR block notation
            somewhere      |              |            | INVALID   | invalid subnet somewhere: invalid CIDR block notation
            10.10.0.0/32   |              |            | INVALID   | it has room for no container
            10.10.0.0/24   | 10.11.0.0/26 |            | INVALID   | invalid ip-range 10.11.0.0/26
            10.10.0.0/24   | 10.10.0.0/16 |            | INVALID   | invalid ip-range 10.10.0.0/16
            10.10.0.0/24   | fd00::/64    |            | INVALID   | parent subnet is an IPv4 block
            10.10.0.0/24   |              | 10.11.0.1  | INVALID   | invalid gateway 10.11.0.1: parent subnet 10.10.0.0/24
            10.10.0.0/24   |              | gateway    | INVALID   | invalid gateway gateway: invalid address
                           |              | 10.10.0.1  | INVALID   | needs a subnet
            """)
    void whatCannotBeIsRefusedWithAReason(
            @Nullable String subnet,
            @Nullable String range,
            @Nullable String gateway,
            EngineException.Kind kind,
            String words) {
        AddressPool pool =
                pool(subnet == null ? "" : subnet, range == null ? "" : range, gateway == null ? "" : gateway);

        assertThatThrownBy(() -> plan(pools(pool)))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(words);
    }

    @Test
    void subnetsOfOneNetworkMustNotOverlapEither() {
        assertThatThrownBy(() -> plan(pools(pool("10.10.0.0/24", "", ""), pool("10.10.0.128/25", "", ""))))
                .hasMessageContaining("Pool overlaps");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''         |          | INVALID   | network name cannot be empty
            bridge     |          | FORBIDDEN | operation is not permitted on predefined bridge network
            host       |          | FORBIDDEN | operation is not permitted on predefined host network
            a b        |          | INVALID   | invalid network name (a b)
            net        | overlay  | NOT_FOUND | could not find plugin overlay
            net        | host     | FORBIDDEN | only one instance of "host" network is allowed
            net        | null     | FORBIDDEN | only one instance of "null" network is allowed
            """)
    void namesAndDriversThatCannotBeAreRefused(
            String name, @Nullable String driver, EngineException.Kind kind, String words) {
        assertThatThrownBy(() -> plan(request(name, driver == null ? "" : driver, null, null, Map.of())))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            com.docker.network.bridge.color             | red      | unknown option "com.docker.network.bridge.color"
            com.docker.network.bridge.name              | much-too-long-a-name | at most 15 letters
            com.docker.network.bridge.enable_icc        | perhaps  | give true or false
            com.docker.network.bridge.host_binding_ipv4 | here     | give an address of IPv4
            com.docker.network.driver.mtu               | huge     | give a number of bytes
            com.docker.network.driver.mtu               | 40       | give a number of bytes
            com.docker.network.bridge.gateway_mode_ipv4 | open     | give nat, nat-unprotected, routed or isolated
            com.docker.network.bridge.gateway_mode_ipv4 | isolated | can only be used for an internal network
            """)
    void optionsThatAreUnknownOrSenselessAreRefused(String option, String value, String words) {
        assertThatThrownBy(() -> plan(request("net", "", null, null, Map.of(option, value))))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.INVALID))
                .hasMessageContaining(words);
    }

    @Test
    void aNetworkWithoutAnyFamilyIsRefused() {
        assertThatThrownBy(() -> plan(request("net", "", false, null, Map.of())))
                .hasMessageContaining("IPv4 or IPv6 must be enabled");
    }

    @Test
    void ipv6NeedsPacketsOfItsLeastSize() {
        assertThatThrownBy(() -> plan(request("net", "", null, true, Map.of("com.docker.network.driver.mtu", "1000"))))
                .hasMessageContaining("IPv6 needs at least 1280 bytes");
    }
}
