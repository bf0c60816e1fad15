package dev.lighter.network.link;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * How a container's link to a network is to be, seen from inside.
 *
 * @param name {@code eth0}
 * @param mtu the largest packet in bytes
 * @param addresses with the lengths of their subnets' prefixes; IPv6 is off on the link when none is of it
 * @param gateways where packets leave the subnets: one of each family at most; none when the container leaves by another link
 * @param settings values of settings below {@code /proc/sys/net} by their names, such as {@code ipv4/conf/eth0/log_martians}
 */
public record ContainerLink(
        String name,
        MacAddress mac,
        int mtu,
        List<IpPrefix> addresses,
        List<InetAddress> gateways,
        Map<String, String> settings) {
    boolean hasIpv6() {
        return addresses.stream().anyMatch(address -> !address.isV4());
    }
}
