package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Rule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** What networks, settings and the engine's own ports are in terms of the table's sets. */
final class NetworkElements {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int DNS = 53;
    /**
     * Queries, reports and ends of multicast listening, solicitations of routers and neighbours, advertisements of neighbours, reports of
     * version 2. Advertisements of routers and redirects are not for a container to send: the host would believe them.
     */
    private static final List<Integer> DISCOVERY = List.of(130, 131, 132, 133, 135, 136, 143);

    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REQUEST6 = 128;

    private static final Comparator<IpPrefix> OUTER_FIRST = Comparator.comparing(
                    (IpPrefix prefix) -> prefix.address().getAddress(), Arrays::compareUnsigned)
            .thenComparingInt(IpPrefix::length);

    private final FirewallSets sets;

    NetworkElements(FirewallSets sets) {
        this.sets = sets;
    }

    /** The sets that depend on networks. */
    List<NftSet> ofNetworks() {
        return List.of(
                sets.bridges,
                sets.together,
                sets.apart,
                sets.internal,
                sets.open4,
                sets.open6,
                sets.masquerade4,
                sets.masquerade6,
                sets.back,
                sets.subnets4,
                sets.subnets6,
                sets.gateways4,
                sets.gateways6);
    }

    /** What is in those sets for these networks; nothing in the others. */
    FirewallContents of(Collection<WalledNetwork> networks) {
        FirewallContents contents = new FirewallContents();
        for (WalledNetwork network : networks) {
            bridges(network, contents);
            gateways(network, contents);
        }
        prefixes(contents, sets.subnets4, networks, network -> gateways(network, true));
        prefixes(contents, sets.subnets6, networks, network -> gateways(network, false));
        prefixes(
                contents,
                sets.masquerade4,
                networks,
                network -> network.masquerade4() ? gateways(network, true) : List.of());
        prefixes(
                contents,
                sets.masquerade6,
                networks,
                network -> network.masquerade6() ? gateways(network, false) : List.of());
        return contents;
    }

    /** What changes when some networks go and some come while others stay. */
    ContentsChange change(List<WalledNetwork> others, List<WalledNetwork> gone, List<WalledNetwork> come) {
        List<WalledNetwork> changing = concat(gone, come);
        if (others.stream().noneMatch(other -> changing.stream().anyMatch(network -> overlap(other, network)))) {
            return of(gone).changeTo(of(come), ofNetworks());
        }
        return of(concat(others, gone)).changeTo(of(concat(others, come)), ofNetworks());
    }

    private static List<WalledNetwork> concat(List<WalledNetwork> some, List<WalledNetwork> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /** Whether an element may be of both. */
    private static boolean overlap(WalledNetwork one, WalledNetwork other) {
        return !Collections.disjoint(one.bridges(), other.bridges())
                || one.gateways().stream()
                        .anyMatch(a -> other.gateways().stream()
                                .anyMatch(b -> a.contains(b.address()) || b.contains(a.address())));
    }

    /** Fills the sets that never change. */
    void constants(FirewallSettings settings, FirewallContents contents) {
        DISCOVERY.forEach(type -> contents.put(sets.discovery, Element.of(ICMPV6, type)));
        contents.put(sets.echo, Element.of(ICMP, ECHO_REQUEST)).put(sets.echo, Element.of(ICMPV6, ECHO_REQUEST6));
        contents.put(sets.names, Element.of(Rule.TCP, DNS)).put(sets.names, Element.of(Rule.UDP, DNS));
        prefixes(contents, sets.reachable4, List.of(settings), s -> ofFamily(s.reachable(), true));
        prefixes(contents, sets.reachable6, List.of(settings), s -> ofFamily(s.reachable(), false));
    }

    private void bridges(WalledNetwork network, FirewallContents contents) {
        for (String bridge : network.bridges()) {
            contents.put(sets.bridges, Element.of(bridge));
            if (network.internal()) {
                contents.put(sets.internal, Element.of(bridge));
            }
            if (network.open4() && !network.internal()) {
                contents.put(sets.open4, Element.of(bridge));
            }
            if (network.open6() && !network.internal()) {
                contents.put(sets.open6, Element.of(bridge));
            }
            // Packets are routed at the first bridge only; what passes the others is on its way within their link
            // layer.
            for (String other : network.bridges()) {
                boolean routed = bridge.equals(network.firstBridge()) && other.equals(bridge);
                contents.put(routed && !network.icc() ? sets.apart : sets.together, Element.of(bridge, other));
            }
        }
    }

    private void gateways(WalledNetwork network, FirewallContents contents) {
        for (IpPrefix gateway : network.gateways()) {
            NftSet set = gateway.isV4() ? sets.gateways4 : sets.gateways6;
            network.bridges().forEach(bridge -> contents.put(set, Element.of(bridge, gateway.address())));
        }
        for (String cameIn : List.of(network.firstBridge(), "")) {
            contents.put(sets.back, Element.of(cameIn, network.firstBridge()));
        }
    }

    private static <T> void prefixes(
            FirewallContents contents, NftSet set, Collection<T> from, Function<T, List<IpPrefix>> prefixes) {
        for (IpPrefix prefix :
                outermost(from.stream().map(prefixes).flatMap(List::stream).toList())) {
            InetAddress first = prefix.address();
            contents.put(set, first.equals(prefix.last()) ? Element.of(first) : Element.range(first, prefix.last()));
        }
    }

    private static List<IpPrefix> gateways(WalledNetwork network, boolean v4) {
        return ofFamily(network.gateways(), v4);
    }

    private static List<IpPrefix> ofFamily(List<IpPrefix> prefixes, boolean v4) {
        return prefixes.stream().filter(prefix -> prefix.isV4() == v4).toList();
    }

    /** Their networks in the order of their addresses, without those that lie within another: ranges of a set must not overlap. */
    static List<IpPrefix> outermost(List<IpPrefix> prefixes) {
        List<IpPrefix> outermost = new ArrayList<>();
        prefixes.stream().map(IpPrefix::network).sorted(OUTER_FIRST).forEach(prefix -> {
            if (outermost.isEmpty() || !outermost.get(outermost.size() - 1).contains(prefix.address())) {
                outermost.add(prefix);
            }
        });
        return outermost;
    }
}
