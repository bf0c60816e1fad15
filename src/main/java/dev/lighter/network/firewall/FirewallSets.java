package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.nft.Field;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Table;
import java.util.List;

/** The table's sets and maps: whatever grows with networks, containers or ports is an element of one of these. Immutable. */
final class FirewallSets {
    final Table table;
    /** One address of the host, protocol, port: where it goes on. */
    final NftSet publishedAt4;

    final NftSet publishedAt6;
    /** Protocol, port, at whichever address of the host. */
    final NftSet published4;

    final NftSet published6;
    final NftSet bridges;
    /** Pairs of bridges of one network between which containers reach one another. */
    final NftSet together;
    /** Bridges, each with itself, whose containers do not reach one another. */
    final NftSet apart;

    final NftSet internal;
    final NftSet open4;
    final NftSet open6;
    /** Subnets whose containers go outside with the host's address. */
    final NftSet masquerade4;

    final NftSet masquerade6;
    /** Where a packet comes back out of the bridge that it came in by; that it came in by is not known (empty) where it was never routed. */
    final NftSet back;

    final NftSet subnets4;

    final NftSet subnets6;
    /** Bridges, each with its own address. */
    final NftSet gateways4;

    final NftSet gateways6;
    final NftSet reachable4;
    final NftSet reachable6;
    final NftSet enginePorts;
    final NftSet relayed;
    /** What neighbours need to find one another: messages of ICMPv6. */
    final NftSet discovery;

    final NftSet echo;
    final NftSet names;

    FirewallSets(Table table) {
        this.table = table;
        publishedAt4 = table.set("published_at4", Field.IPV4, Field.PROTOCOL, Field.PORT)
                .to(Field.IPV4, Field.PORT)
                .withCounters();
        publishedAt6 = table.set("published_at6", Field.IPV6, Field.PROTOCOL, Field.PORT)
                .to(Field.IPV6, Field.PORT)
                .withCounters();
        published4 = table.set("published4", Field.PROTOCOL, Field.PORT)
                .to(Field.IPV4, Field.PORT)
                .withCounters();
        published6 = table.set("published6", Field.PROTOCOL, Field.PORT)
                .to(Field.IPV6, Field.PORT)
                .withCounters();
        bridges = table.set("bridges", Field.LINK_NAME);
        together = table.set("together", Field.LINK_NAME, Field.LINK_NAME);
        apart = table.set("apart", Field.LINK_NAME, Field.LINK_NAME);
        internal = table.set("internal", Field.LINK_NAME);
        open4 = table.set("open4", Field.LINK_NAME);
        open6 = table.set("open6", Field.LINK_NAME);
        masquerade4 = table.set("masquerade4", Field.IPV4).withIntervals();
        masquerade6 = table.set("masquerade6", Field.IPV6).withIntervals();
        back = table.set("back", Field.LINK_NAME, Field.LINK_NAME);
        subnets4 = table.set("subnets4", Field.IPV4).withIntervals();
        subnets6 = table.set("subnets6", Field.IPV6).withIntervals();
        gateways4 = table.set("gateways4", Field.LINK_NAME, Field.IPV4);
        gateways6 = table.set("gateways6", Field.LINK_NAME, Field.IPV6);
        reachable4 = table.set("reachable4", Field.IPV4).withIntervals();
        reachable6 = table.set("reachable6", Field.IPV6).withIntervals();
        enginePorts = table.set("engine_ports", Field.PORT);
        relayed = table.set("relayed", Field.PROTOCOL, Field.PORT);
        discovery = table.set("discovery", Field.PROTOCOL, Field.ICMP_TYPE);
        echo = table.set("echo", Field.PROTOCOL, Field.ICMP_TYPE);
        names = table.set("names", Field.PROTOCOL, Field.PORT);
    }

    List<NftSet> all() {
        return List.of(
                publishedAt4,
                publishedAt6,
                published4,
                published6,
                bridges,
                together,
                apart,
                internal,
                open4,
                open6,
                masquerade4,
                masquerade6,
                back,
                subnets4,
                subnets6,
                gateways4,
                gateways6,
                reachable4,
                reachable6,
                enginePorts,
                relayed,
                discovery,
                echo,
                names);
    }

    /** The map that a published port is an element of. */
    NftSet publishing(Translation translation) {
        boolean anywhere = translation.hostAddress() == null;
        return translation.isV4() ? anywhere ? published4 : publishedAt4 : anywhere ? published6 : publishedAt6;
    }
}
