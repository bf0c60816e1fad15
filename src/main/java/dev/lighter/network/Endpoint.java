package dev.lighter.network;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container's place on a network.
 *
 * @param id 64 hexadecimal digits
 * @param settings what was asked for
 * @param dnsNames the names that it has for others on this network
 * @param lease what it has while the container runs; null while it does not
 */
public record Endpoint(
        String id,
        String networkId,
        String networkName,
        String containerId,
        EndpointSettings settings,
        List<String> dnsNames,
        @Nullable Lease lease) {
    /**
     * What a running container has on a network.
     *
     * @param ipv4 its address with the length of the subnet's prefix, or null
     * @param ipv6 its address with the length of the subnet's prefix, or null
     * @param gateway4 where its packets leave the subnet, or null
     * @param gateway6 where its packets leave the subnet, or null
     * @param mac null on networks without links of their own
     * @param link the name of the host's end of its pair of links; empty where there is none
     * @param name the link's name inside
     */
    public record Lease(
            @Nullable IpPrefix ipv4,
            @Nullable IpPrefix ipv6,
            @Nullable InetAddress gateway4,
            @Nullable InetAddress gateway6,
            @Nullable MacAddress mac,
            String link,
            String name) {
        /** What a container has on a network that gives nothing: the host's own, or none. */
        public static final Lease NOTHING = new Lease(null, null, null, null, null, "", "");
    }
}
