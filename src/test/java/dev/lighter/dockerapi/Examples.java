package dev.lighter.dockerapi;

import dev.lighter.container.ContainerSpec;
import dev.lighter.container.ContainerState;
import dev.lighter.container.ContainerState.Status;
import dev.lighter.container.ContainerView;
import dev.lighter.container.NetworkOptions;
import dev.lighter.container.Supervision;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.network.AddressPool;
import dev.lighter.network.Endpoint;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkDriver;
import dev.lighter.network.port.PortBinding;
import dev.lighter.network.port.PublishedPort;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A network and a container on it, for the tests of wire records. */
final class Examples {
    static final String NETWORK_ID = "a1".repeat(32);
    static final String CONTAINER_ID = "4f".repeat(32);
    static final String ENDPOINT_ID = "e0".repeat(32);
    static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    private Examples() {}

    static Network network(String name) {
        return new Network(
                NETWORK_ID,
                name,
                NOON,
                NetworkDriver.BRIDGE,
                List.of(
                        new AddressPool("10.20.0.0/24", "10.20.0.128/25", "10.20.0.1", Map.of("host", "10.20.0.5")),
                        new AddressPool("fd00::/64", "", "fd00::1", Map.of())),
                Map.of(),
                true,
                true,
                true,
                true,
                Map.of("com.docker.network.driver.mtu", "1400"),
                Map.of("team", "a"),
                "lt-a1a1a1a1a1a1",
                false,
                name.equals(Network.DEFAULT));
    }

    static NetworkOptions options(String mode) {
        return new NetworkOptions(
                mode,
                false,
                List.of(
                        new PortBinding(80, "tcp", "", "8080"),
                        new PortBinding(80, "tcp", "::1", "8080"),
                        new PortBinding(53, "udp", "127.0.0.1", "")),
                false,
                List.of("80/tcp", "53/udp", "9000-9001/tcp"),
                List.of("192.0.2.53"),
                List.of("ndots:2"),
                List.of("example.com"),
                List.of("box:192.0.2.1"),
                List.of("db:database"),
                "");
    }

    static ContainerView container(Status status, NetworkOptions network) {
        ContainerSpec spec = new ContainerSpec(
                "app",
                "sha256:1",
                NOON,
                List.of("sleep"),
                List.of("1"),
                List.of(),
                "/",
                "",
                "host",
                "",
                Map.of(),
                "",
                null,
                new ContainerSpec.Streams(false, true, true, false, false, false),
                false,
                new ContainerSpec.Resources(0, 0, 0, 0, 0, 0, 0, "", "", null, List.of()),
                List.of(),
                List.of(),
                List.of(),
                false,
                List.of(),
                network,
                "json-file",
                Map.of(),
                Supervision.none(),
                ContainerSpec.Isolation.USUAL,
                ContainerSpec.Storage.NONE);
        int pid = status == Status.RUNNING ? 4711 : 0;
        return new ContainerView(CONTAINER_ID, "web", spec, new ContainerState(status, pid, 0, false, "", NOON, null));
    }

    static List<PublishedPort> ports() {
        return List.of(
                new PublishedPort(80, "tcp", IpPrefix.address("0.0.0.0"), 8080),
                new PublishedPort(80, "tcp", IpPrefix.address("::"), 8080),
                new PublishedPort(53, "udp", IpPrefix.address("127.0.0.1"), 32768));
    }

    static Endpoint endpoint(String network, EndpointSettings settings, boolean running) {
        Endpoint.Lease lease = new Endpoint.Lease(
                IpPrefix.parse("10.20.0.130/24"),
                IpPrefix.parse("fd00::82/64"),
                IpPrefix.address("10.20.0.1"),
                IpPrefix.address("fd00::1"),
                MacAddress.parse("02:42:0a:14:00:82"),
                "lt-1",
                "eth0");
        return new Endpoint(
                ENDPOINT_ID,
                NETWORK_ID,
                network,
                CONTAINER_ID,
                settings,
                network.equals(Network.DEFAULT) ? List.of() : List.of("web", "shop", "4f4f4f4f4f4f"),
                running ? lease : null);
    }

    static Endpoint endpoint(String network, boolean running) {
        return endpoint(
                network,
                new EndpointSettings(
                        List.of("shop"),
                        List.of("db:database"),
                        "10.20.0.130",
                        "",
                        List.of(),
                        "",
                        Map.of("com.docker.network.endpoint.ifname", "net0"),
                        7),
                running);
    }
}
