package dev.lighter.api;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.port.PublishedPort;
import io.swagger.v3.oas.annotations.media.Schema;

/** A port of a container that is reachable at the host, as {@code /api} tells it. */
@Schema(name = "PublishedPort")
record PortAnswer(
        @Schema(example = "80") int containerPort,

        @Schema(
                allowableValues = {"tcp", "udp", "sctp"},
                example = "tcp")
        String protocol,

        @Schema(description = "0.0.0.0 or :: for all of the host's", example = "0.0.0.0")
        String hostAddress,

        @Schema(example = "8080") int hostPort) {
    static PortAnswer of(PublishedPort port) {
        return new PortAnswer(
                port.containerPort(), port.protocol(), IpPrefix.format(port.hostAddress()), port.hostPort());
    }
}
