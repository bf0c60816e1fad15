package dev.lighter.dashboard;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.port.PublishedPort;
import java.util.List;
import java.util.stream.Collectors;

/** Published ports as the pages say them: {@code 8080→80}; the protocol and the host's address are told where they are not the usual. */
final class PortWords {
    private PortWords() {}

    /** All of them in one line; what is open on IPv4 and IPv6 alike is told once. */
    static String join(List<PublishedPort> ports) {
        return ports.stream().map(PortWords::one).distinct().collect(Collectors.joining(", "));
    }

    private static String one(PublishedPort port) {
        String host =
                port.hostAddress().isAnyLocalAddress() ? "" : bracketed(IpPrefix.format(port.hostAddress())) + ":";
        String protocol = port.protocol().equals("tcp") ? "" : "/" + port.protocol();
        return host + port.hostPort() + "→" + port.containerPort() + protocol;
    }

    private static String bracketed(String address) {
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }
}
