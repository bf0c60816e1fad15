package dev.lighter.network.port;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A port of a container that shall be reachable at the host: as asked for, before a port of the host is chosen. Kept as JSON in the
 * container's specification. Immutable.
 *
 * @param containerPort 1 to 65535
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 * @param hostAddress an IP address in digits, or empty for the default ones
 * @param hostPorts a port, a range of which one is taken, or empty or {@code 0} for any that is free
 */
public record PortBinding(int containerPort, String protocol, String hostAddress, String hostPorts) {
    /** Checks all; INVALID in Docker's words. */
    public PortBinding {
        ExposedPort.check(containerPort, protocol);
        if (!hostAddress.isEmpty()) {
            literal(hostAddress);
        }
        if (!hostPorts.isEmpty()) {
            PortRange.parse(hostPorts);
        }
    }

    /**
     * Reads one entry of Docker's {@code PortBindings}: its key ({@code 80/tcp} or {@code 80}) and {@code HostIp} and {@code HostPort} of
     * one of its values, both of which may be missing. An IPv6 address may be in brackets. INVALID in Docker's words for anything else.
     */
    public static PortBinding parse(String key, @Nullable String hostIp, @Nullable String hostPort) {
        List<ExposedPort> ports = ExposedPort.parse(key);
        if (ports.size() > 1) {
            throw EngineException.invalid("invalid port specification: \"" + key + "\"");
        }
        ExposedPort port = ports.get(0);
        return new PortBinding(
                port.port(),
                port.protocol(),
                hostIp == null ? "" : withoutBrackets(hostIp),
                hostPort == null ? "" : hostPort);
    }

    /** The address that was asked for, or null for the default ones. */
    @Nullable
    InetAddress address() {
        return hostAddress.isEmpty() ? null : literal(hostAddress);
    }

    /** The ports of the host to choose from. */
    PortRange range() {
        return PortRange.parse(hostPorts.isEmpty() ? "0" : hostPorts);
    }

    private static String withoutBrackets(String address) {
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }

    private static InetAddress literal(String address) {
        try {
            return IpPrefix.address(address);
        } catch (IllegalArgumentException e) {
            throw new EngineException(EngineException.Kind.INVALID, "invalid IP address: " + address, e);
        }
    }
}
