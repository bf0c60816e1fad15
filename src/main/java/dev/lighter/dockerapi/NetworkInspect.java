package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.AddressPool;
import dev.lighter.network.Endpoint;
import dev.lighter.network.Network;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything about one network, as Docker words it; lists show the same without containers. */
record NetworkInspect(
        @JsonProperty("Name") @Schema(example = "shop") String name,
        @JsonProperty("Id") String id,

        @JsonProperty("Created") @Schema(example = "2026-01-31T12:00:00.123456Z")
        String created,

        @JsonProperty("Scope") @Schema(example = "local") String scope,
        @JsonProperty("Driver") @Schema(example = "bridge") String driver,
        @JsonProperty("EnableIPv4") boolean enableIpv4,
        @JsonProperty("EnableIPv6") boolean enableIpv6,
        @JsonProperty("IPAM") Ipam ipam,
        @JsonProperty("Internal") boolean internal,
        @JsonProperty("Attachable") boolean attachable,
        @JsonProperty("Ingress") boolean ingress,
        @JsonProperty("ConfigFrom") ConfigFrom configFrom,
        @JsonProperty("ConfigOnly") boolean configOnly,
        @JsonProperty("Containers") Map<String, Member> containers,
        @JsonProperty("Options") Map<String, String> options,
        @JsonProperty("Labels") Map<String, String> labels) {
    /** Where the addresses come from. */
    record Ipam(
            @JsonProperty("Driver") String driver,
            @JsonProperty("Options") @Nullable Map<String, String> options,
            @JsonProperty("Config") List<Pool> config) {}

    /** One part of the address space. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Pool(
            @JsonProperty("Subnet") @Schema(example = "172.18.0.0/16")
            String subnet,

            @JsonProperty("IPRange") String ipRange,

            @JsonProperty("Gateway") @Schema(example = "172.18.0.1")
            String gateway,

            @JsonProperty("AuxiliaryAddresses") Map<String, String> auxiliaryAddresses) {
        static Pool of(AddressPool pool) {
            return new Pool(pool.subnet(), pool.range(), pool.gateway(), pool.auxiliary());
        }
    }

    /** The network that lends its configuration: none does. */
    record ConfigFrom(@JsonProperty("Network") String network) {}

    /** A running container on the network. */
    record Member(
            @JsonProperty("Name") String name,
            @JsonProperty("EndpointID") String endpointId,
            @JsonProperty("MacAddress") String macAddress,

            @JsonProperty("IPv4Address") @Schema(example = "172.18.0.2/16")
            String ipv4Address,

            @JsonProperty("IPv6Address") String ipv6Address) {
        static Member of(String containerName, Endpoint endpoint) {
            Endpoint.Lease lease = endpoint.lease();
            return new Member(
                    containerName,
                    endpoint.id(),
                    EndpointView.mac(endpoint),
                    prefix(lease == null ? null : lease.ipv4()),
                    prefix(lease == null ? null : lease.ipv6()));
        }

        private static String prefix(@Nullable IpPrefix prefix) {
            return prefix == null ? "" : IpPrefix.format(prefix.address()) + "/" + prefix.length();
        }
    }

    /** The network; {@code names} has those of the running containers by id. */
    static NetworkInspect of(Network network, List<Endpoint> endpoints, Map<String, String> names) {
        Map<String, Member> members = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            String name = names.get(endpoint.containerId());
            if (name != null) {
                members.put(endpoint.containerId(), Member.of(name, endpoint));
            }
        }
        return new NetworkInspect(
                network.name(),
                network.id(),
                network.created().toString(),
                "local",
                network.driver().word(),
                network.ipv4(),
                network.ipv6(),
                new Ipam(
                        "default",
                        network.ipamOptions().isEmpty() ? null : network.ipamOptions(),
                        network.pools().stream().map(Pool::of).toList()),
                network.internal(),
                network.attachable(),
                false,
                new ConfigFrom(""),
                false,
                members,
                network.options(),
                network.labels());
    }
}
