package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Rule;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

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
            subnets(network, contents);
        }
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

    private void subnets(WalledNetwork network, FirewallContents contents) {
        for (IpPrefix gateway : network.gateways()) {
            NftSet set = gateway.isV4() ? sets.gateways4 : sets.gateways6;
            network.bridges().forEach(bridge -> contents.put(set, Element.of(bridge, gateway.address())));
        }
        for (boolean v4 : new boolean[] {true, false}) {
            for (IpPrefix subnet : outermost(gateways(network, v4))) {
                NftSet set = v4 ? sets.subnets4 : sets.subnets6;
                contents.put(
                        set,
                        Element.of(subnet.address(), network.firstBridge()).upTo(subnet.last(), network.firstBridge()));
            }
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

    /** Their networks, without those that lie within another: ranges of a set must not overlap. */
    static Set<IpPrefix> outermost(List<IpPrefix> prefixes) {
        List<IpPrefix> shortestFirst = prefixes.stream()
                .map(IpPrefix::network)
                .sorted(Comparator.comparingInt(IpPrefix::length))
                .toList();
        Set<IpPrefix> outermost = new LinkedHashSet<>();
        for (IpPrefix prefix : shortestFirst) {
            if (IntStream.range(0, prefix.length())
                    .noneMatch(length -> outermost.contains(new IpPrefix(prefix.address(), length).network()))) {
                outermost.add(prefix);
            }
        }
        return outermost;
    }
}
