package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerView;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.Endpoint;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.NetworkDriver;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A container's place on one network, as inspection and lists show it: what was asked for, then what it has while it runs. */
record EndpointView(
        @JsonProperty("IPAMConfig") @Nullable Addresses ipamConfig,
        @JsonProperty("Links") @Nullable List<String> links,
        @JsonProperty("Aliases") @Nullable List<String> aliases,

        @JsonProperty("MacAddress") @Schema(example = "02:42:ac:12:00:02")
        String macAddress,

        @JsonProperty("DriverOpts") @Nullable Map<String, String> driverOpts,
        @JsonProperty("GwPriority") int gwPriority,
        @JsonProperty("NetworkID") String networkId,
        @JsonProperty("EndpointID") String endpointId,

        @JsonProperty("Gateway") @Schema(example = "172.18.0.1")
        String gateway,

        @JsonProperty("IPAddress") @Schema(example = "172.18.0.2")
        String ipAddress,

        @JsonProperty("IPPrefixLen") int ipPrefixLen,
        @JsonProperty("IPv6Gateway") String ipv6Gateway,
        @JsonProperty("GlobalIPv6Address") String globalIpv6Address,
        @JsonProperty("GlobalIPv6PrefixLen") int globalIpv6PrefixLen,
        @JsonProperty("DNSNames") @Nullable List<String> dnsNames) {
    private static final int LAST_WITH_ID_AMONG_ALIASES = 44;

    /** The fixed addresses that were asked for. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Addresses(
            @JsonProperty("IPv4Address") String ipv4Address,
            @JsonProperty("IPv6Address") String ipv6Address,
            @JsonProperty("LinkLocalIPs") List<String> linkLocalIps) {}

    /** The places of a container by the networks' names. */
    static Map<String, EndpointView> byNetwork(ContainerView container, List<Endpoint> endpoints, int minorVersion) {
        Map<String, EndpointView> views = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            views.put(endpoint.networkName(), of(container, endpoint, minorVersion));
        }
        return new LinkedHashMap<>(views);
    }

    static EndpointView of(ContainerView container, Endpoint endpoint, int minorVersion) {
        EndpointSettings asked = endpoint.settings();
        Endpoint.Lease lease = endpoint.lease();
        IpPrefix ipv4 = lease == null ? null : lease.ipv4();
        IpPrefix ipv6 = lease == null ? null : lease.ipv6();
        boolean fixed = !asked.ipv4Address().isEmpty()
                || !asked.ipv6Address().isEmpty()
                || !asked.linkLocalAddresses().isEmpty();
        return new EndpointView(
                fixed ? new Addresses(asked.ipv4Address(), asked.ipv6Address(), asked.linkLocalAddresses()) : null,
                nullIfEmpty(asked.links()),
                nullIfEmpty(aliases(container, endpoint, minorVersion)),
                mac(endpoint),
                asked.options().isEmpty() ? null : asked.options(),
                asked.gatewayPriority(),
                endpoint.networkId(),
                container.state().isRunning() ? endpoint.id() : "",
                lease == null ? "" : text(lease.gateway4()),
                ipv4 == null ? "" : IpPrefix.format(ipv4.address()),
                ipv4 == null ? 0 : ipv4.length(),
                lease == null ? "" : text(lease.gateway6()),
                ipv6 == null ? "" : IpPrefix.format(ipv6.address()),
                ipv6 == null ? 0 : ipv6.length(),
                nullIfEmpty(endpoint.dnsNames()));
    }

    /** The MAC address that it has or will have; empty when that is not known or there is none. */
    static String mac(Endpoint endpoint) {
        Endpoint.Lease lease = endpoint.lease();
        return lease == null || lease.mac() == null
                ? endpoint.settings().macAddress()
                : lease.mac().toString();
    }

    private static String text(@Nullable InetAddress address) {
        return address == null ? "" : IpPrefix.format(address);
    }

    /** Whether clients of this version look for the short id among the aliases. */
    static boolean hasIdAmongAliases(int minorVersion) {
        return minorVersion <= LAST_WITH_ID_AMONG_ALIASES;
    }

    /** Older clients look for the short id among the aliases on networks that people made. */
    private static List<String> aliases(ContainerView container, Endpoint endpoint, int minorVersion) {
        List<String> asked = endpoint.settings().aliases();
        if (!hasIdAmongAliases(minorVersion) || isPredefined(endpoint.networkName())) {
            return asked;
        }
        Set<String> aliases = new LinkedHashSet<>(asked);
        aliases.add(container.shortId());
        aliases.add(container.spec().hostname());
        return List.copyOf(aliases);
    }

    private static boolean isPredefined(String network) {
        return Set.of(NetworkDriver.BRIDGE.word(), NetworkDriver.HOST.word(), "none")
                .contains(network);
    }

    private static @Nullable List<String> nullIfEmpty(List<String> texts) {
        return texts.isEmpty() ? null : texts;
    }
}
