package dev.lighter.api;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.Endpoint;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container's place on a network as {@code /api} tells it; what it has there is null while the container does not run. */
@Schema(name = "Endpoint")
record EndpointAnswer(
        @Schema(description = "64 hexadecimal digits") String endpointId,

        String networkId,
        @Schema(example = "shop") String network,
        String containerId,

        @Schema(description = "With the length of the subnet's prefix", example = "172.18.0.2/16") @Nullable
        String ipv4,

        @Schema(example = "fd00:18::2/64") @Nullable String ipv6,

        @Schema(description = "Where IPv4 packets leave the subnet", example = "172.18.0.1") @Nullable
        String gateway4,

        @Schema(description = "Where IPv6 packets leave the subnet") @Nullable
        String gateway6,

        @Schema(example = "02:42:ac:12:00:02") @Nullable String mac,

        @Schema(description = "The link's name inside the container", example = "eth0") @Nullable
        String interfaceName,

        @Schema(description = "The name of the link's other end on the host; null where there is none") @Nullable
        String hostLink,

        @Schema(description = "Further names that were asked for", example = "[\"db\"]")
        List<String> aliases,

        @Schema(
                description = "Every name that others on the network know it by",
                example = "[\"db\", \"calm_schooner\"]")
        List<String> names) {
    static EndpointAnswer of(Endpoint endpoint) {
        Endpoint.Lease lease = endpoint.lease();
        return new EndpointAnswer(
                endpoint.id(),
                endpoint.networkId(),
                endpoint.networkName(),
                endpoint.containerId(),
                lease == null ? null : text(lease.ipv4()),
                lease == null ? null : text(lease.ipv6()),
                lease == null ? null : text(lease.gateway4()),
                lease == null ? null : text(lease.gateway6()),
                lease == null || lease.mac() == null ? null : lease.mac().toString(),
                lease == null || lease.name().isEmpty() ? null : lease.name(),
                lease == null || lease.link().isEmpty() ? null : lease.link(),
                endpoint.settings().aliases(),
                endpoint.dnsNames());
    }

    private static @Nullable String text(@Nullable IpPrefix address) {
        return address == null ? null : address.toString();
    }

    private static @Nullable String text(@Nullable InetAddress address) {
        return address == null ? null : IpPrefix.format(address);
    }
}
