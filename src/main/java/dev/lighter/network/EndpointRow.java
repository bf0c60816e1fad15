package dev.lighter.network;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An endpoint as it was last recorded. */
record EndpointRow(
        String id,
        String networkId,
        String containerId,
        EndpointSettings settings,
        List<String> names,
        Endpoint.@Nullable Lease lease) {
    /** A lease in the words of its JSON. */
    record LeaseWords(
            @Nullable String ipv4,
            @Nullable String ipv6,
            @Nullable String gateway4,
            @Nullable String gateway6,
            @Nullable String mac,
            String link,
            String name) {
        static LeaseWords of(Endpoint.Lease lease) {
            return new LeaseWords(
                    words(lease.ipv4()),
                    words(lease.ipv6()),
                    lease.gateway4() == null ? null : IpPrefix.format(lease.gateway4()),
                    lease.gateway6() == null ? null : IpPrefix.format(lease.gateway6()),
                    words(lease.mac()),
                    lease.link(),
                    lease.name());
        }

        private static @Nullable String words(@Nullable Object value) {
            return value == null ? null : value.toString();
        }

        Endpoint.Lease lease() {
            return new Endpoint.Lease(
                    ipv4 == null ? null : IpPrefix.parse(ipv4),
                    ipv6 == null ? null : IpPrefix.parse(ipv6),
                    gateway4 == null ? null : IpPrefix.address(gateway4),
                    gateway6 == null ? null : IpPrefix.address(gateway6),
                    mac == null ? null : MacAddress.parse(mac),
                    link,
                    name);
        }
    }
}
