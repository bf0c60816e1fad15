package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerView;
import dev.lighter.dockerapi.PortMap.HostPort;
import dev.lighter.network.Endpoint;
import dev.lighter.network.Network;
import dev.lighter.network.port.PublishedPort;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container's network, as inspection shows it; the fields of a single place are those on the default network, for older clients. */
record NetworkSettingsView(
        @JsonProperty("Bridge") String bridge,
        @JsonProperty("SandboxID") String sandboxId,
        @JsonProperty("SandboxKey") String sandboxKey,
        @JsonProperty("Ports") Map<String, @Nullable List<HostPort>> ports,
        @JsonProperty("HairpinMode") boolean hairpinMode,
        @JsonProperty("LinkLocalIPv6Address") String linkLocalIpv6Address,
        @JsonProperty("LinkLocalIPv6PrefixLen") int linkLocalIpv6PrefixLen,
        @JsonProperty("SecondaryIPAddresses") @Nullable List<Object> secondaryIpAddresses,
        @JsonProperty("SecondaryIPv6Addresses") @Nullable List<Object> secondaryIpv6Addresses,
        @JsonProperty("EndpointID") String endpointId,
        @JsonProperty("Gateway") String gateway,
        @JsonProperty("GlobalIPv6Address") String globalIpv6Address,
        @JsonProperty("GlobalIPv6PrefixLen") int globalIpv6PrefixLen,
        @JsonProperty("IPAddress") String ipAddress,
        @JsonProperty("IPPrefixLen") int ipPrefixLen,
        @JsonProperty("IPv6Gateway") String ipv6Gateway,
        @JsonProperty("MacAddress") String macAddress,
        @JsonProperty("Networks") Map<String, EndpointView> networks) {
    static NetworkSettingsView of(
            ContainerView container, List<Endpoint> endpoints, List<PublishedPort> ports, int minorVersion) {
        boolean running = container.state().isRunning();
        Map<String, EndpointView> networks = EndpointView.byNetwork(container, endpoints, minorVersion);
        EndpointView usual = networks.get(Network.DEFAULT);
        boolean own = running && !container.spec().network().isShared();
        return new NetworkSettingsView(
                "",
                own ? container.id() : "",
                running ? "/proc/" + container.state().pid() + "/ns/net" : "",
                PortMap.of(container, ports),
                false,
                "",
                0,
                null,
                null,
                usual == null ? "" : usual.endpointId(),
                usual == null ? "" : usual.gateway(),
                usual == null ? "" : usual.globalIpv6Address(),
                usual == null ? 0 : usual.globalIpv6PrefixLen(),
                usual == null ? "" : usual.ipAddress(),
                usual == null ? 0 : usual.ipPrefixLen(),
                usual == null ? "" : usual.ipv6Gateway(),
                usual == null ? "" : usual.macAddress(),
                networks);
    }
}
