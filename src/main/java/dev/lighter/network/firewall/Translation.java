package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Rule;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A published port: what comes to a port of the host goes on to a port of a container, of the same IP family. Immutable.
 *
 * @param hostAddress one address of the host; null for every one of the container's family but {@code ::1}
 * @param protocol 6 for TCP, 17 for UDP, 132 for SCTP
 * @param comment words for people, at most 127 bytes
 */
public record Translation(
        @Nullable InetAddress hostAddress,
        int protocol,
        int hostPort,
        InetAddress containerAddress,
        int containerPort,
        String comment) {
    /**
     * Takes {@code 0.0.0.0} and {@code ::} for every address. Refuses what the kernel cannot translate: protocols without ports, addresses
     * of two families, {@code ::1}.
     */
    public Translation {
        if (hostAddress != null && IpPrefix.family(hostAddress) != IpPrefix.family(containerAddress)) {
            throw new IllegalArgumentException(hostAddress + " and " + containerAddress + " are of two families");
        }
        if (hostAddress instanceof Inet6Address && hostAddress.isLoopbackAddress()) {
            throw new IllegalArgumentException("the kernel does not translate ::1: a relay has to");
        }
        if (hostAddress != null && hostAddress.isAnyLocalAddress()) {
            hostAddress = null;
        }
        if (protocol != Rule.TCP && protocol != Rule.UDP && protocol != Rule.SCTP) {
            throw new IllegalArgumentException("protocol " + protocol + " has no ports that could be published");
        }
    }

    boolean isV4() {
        return IpPrefix.family(containerAddress) == IpPrefix.ANY_V4.family();
    }

    static String protocolName(int protocol) {
        return switch (protocol) {
            case Rule.TCP -> "tcp";
            case Rule.UDP -> "udp";
            case Rule.SCTP -> "sctp";
            default -> String.valueOf(protocol);
        };
    }

    @Override
    public String toString() {
        return (hostAddress == null ? "*" : IpPrefix.format(hostAddress))
                + " port " + hostPort + "/" + protocolName(protocol)
                + " to " + IpPrefix.format(containerAddress) + " port " + containerPort;
    }
}
