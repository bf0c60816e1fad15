package dev.lighter.dashboard;

import dev.lighter.container.ContainerView;
import dev.lighter.network.Endpoint;
import dev.lighter.network.port.PublishedPort;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A container on a network in the words of the pages, for the first paint.
 *
 * @param network the network's name
 * @param addresses with the lengths of their prefixes, in one line
 * @param names what others on the network know it by
 */
record MemberRow(
        ContainerRow container,
        String networkId,
        String network,
        String addresses,
        String mac,
        String names,
        String ports) {
    /** What the page's template of a new row is made from. */
    static final MemberRow BLANK = new MemberRow(ContainerRow.BLANK, "", "", "", "", "", "");

    static MemberRow of(ContainerView view, Endpoint endpoint, List<PublishedPort> ports, Instant now) {
        Endpoint.Lease lease = endpoint.lease();
        return new MemberRow(
                ContainerRow.of(view, ports, now),
                endpoint.networkId(),
                endpoint.networkName(),
                lease == null
                        ? ""
                        : Stream.of(lease.ipv4(), lease.ipv6())
                                .filter(Objects::nonNull)
                                .map(Object::toString)
                                .collect(Collectors.joining(", ")),
                lease == null || lease.mac() == null ? "" : lease.mac().toString(),
                String.join(", ", endpoint.dnsNames()),
                PortWords.join(ports));
    }
}
