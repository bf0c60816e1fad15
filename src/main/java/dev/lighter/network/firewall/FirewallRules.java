package dev.lighter.network.firewall;

import static dev.lighter.kernel.netlink.nft.ConnectionState.ESTABLISHED;
import static dev.lighter.kernel.netlink.nft.ConnectionState.RELATED;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Chain;
import dev.lighter.kernel.netlink.nft.Chain.Hook;
import dev.lighter.kernel.netlink.nft.Chain.Type;
import dev.lighter.kernel.netlink.nft.Load;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * The table's chains and rules, as many however many networks there are. Packets that neither come from nor go to one of the engine's
 * bridges pass untouched.
 */
final class FirewallRules {
    private static final IpPrefix LOOPBACK4 = IpPrefix.parse("127.0.0.0/8");
    private static final IpPrefix LOOPBACK6 = IpPrefix.parse("::1");
    /** Where clouds tell a machine's secrets to whoever asks from it. */
    private static final List<IpPrefix> METADATA =
            List.of(IpPrefix.parse("169.254.0.0/16"), IpPrefix.parse("fe80::/10"), IpPrefix.parse("fd00:ec2::254"));

    private final FirewallSets sets;
    private final FirewallSettings settings;
    private final Chain early;
    private final Chain prerouting;
    private final Chain output;
    private final Chain postrouting;
    private final Chain forward;
    private final Chain walls;
    private final Chain input;
    private final Chain host;
    private final Chain gateway;

    FirewallRules(FirewallSets sets, FirewallSettings settings) {
        this.sets = sets;
        this.settings = settings;
        this.early = sets.table.chain("early", Type.FILTER, Hook.PREROUTING, Chain.PRIORITY_RAW);
        this.prerouting = sets.table.chain("prerouting", Type.NAT, Hook.PREROUTING, Chain.PRIORITY_DNAT);
        this.output = sets.table.chain("output", Type.NAT, Hook.OUTPUT, Chain.PRIORITY_DNAT);
        this.postrouting = sets.table.chain("postrouting", Type.NAT, Hook.POSTROUTING, Chain.PRIORITY_SNAT);
        this.forward = sets.table.chain("forward", Type.FILTER, Hook.FORWARD, Chain.PRIORITY_FILTER);
        this.input = sets.table.chain("input", Type.FILTER, Hook.INPUT, Chain.PRIORITY_FILTER);
        this.walls = sets.table.chain("walls");
        this.host = sets.table.chain("host");
        this.gateway = sets.table.chain("gateway");
    }

    List<Chain> chains() {
        return List.of(early, prerouting, output, postrouting, forward, input, walls, host, gateway);
    }

    /** All rules, those of one chain in their order. */
    List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        loopback(rules);
        publish(rules, prerouting);
        publish(rules, output);
        translateSources(rules);
        rules.add(fromBridges(forward).counter().jump(walls).comment("from a container: see walls"));
        rules.add(toBridges(forward).counter().jump(walls).comment("to a container: see walls"));
        walls(rules);
        rules.add(fromBridges(input).counter().jump(host).comment("from a container to the host: see host"));
        host(rules);
        gateway(rules);
        return rules;
    }

    private Rule fromBridges(Chain chain) {
        return Rule.in(chain).in(sets.bridges, Load.INCOMING_LINK);
    }

    private Rule toBridges(Chain chain) {
        return Rule.in(chain).in(sets.bridges, Load.OUTGOING_LINK);
    }

    /** Our bridges have {@code route_localnet} set, so that answers to 127.0.0.1 come back; nothing else may use that. */
    private void loopback(List<Rule> rules) {
        rules.add(fromBridges(early)
                .ipDaddr(LOOPBACK4)
                .counter()
                .drop()
                .comment("drop: the host's loopback addresses are for the host alone"));
        rules.add(fromBridges(early)
                .ipSaddr(LOOPBACK4)
                .counter()
                .drop()
                .comment("drop: nobody but the host has a loopback address"));
    }

    private void publish(List<Rule> rules, Chain chain) {
        rules.add(Rule.in(chain)
                .countedDnatTo(sets.publishedAt4, Load.DESTINATION_IPV4, Load.PROTOCOL, Load.DESTINATION_PORT)
                .comment("ports published at one IPv4 address"));
        rules.add(Rule.in(chain)
                .ipDaddr(IpPrefix.ANY_V4)
                .fibDaddrLocal()
                .countedDnatTo(sets.published4, Load.PROTOCOL, Load.DESTINATION_PORT)
                .comment("ports published at every IPv4 address of the host"));
        rules.add(Rule.in(chain)
                .countedDnatTo(sets.publishedAt6, Load.DESTINATION_IPV6, Load.PROTOCOL, Load.DESTINATION_PORT)
                .comment("ports published at one IPv6 address"));
        rules.add(Rule.in(chain)
                .not()
                .ipDaddr(LOOPBACK6)
                .fibDaddrLocal()
                .countedDnatTo(sets.published6, Load.PROTOCOL, Load.DESTINATION_PORT)
                .comment("ports published at every IPv6 address of the host"));
    }

    private void translateSources(List<Rule> rules) {
        rules.add(toBridges(postrouting)
                .ipSaddr(LOOPBACK4)
                .counter()
                .masquerade()
                .comment("from the host's loopback to a published port: as the gateway"));
        rules.add(Rule.in(postrouting)
                .ctStatusDnat()
                .in(sets.back, Load.INCOMING_LINK, Load.OUTGOING_LINK)
                .in(sets.subnets4, Load.SOURCE_IPV4)
                .counter()
                .masquerade()
                .comment("to a published port of the own network: as the gateway, so that answers come back here"));
        rules.add(Rule.in(postrouting)
                .ctStatusDnat()
                .in(sets.back, Load.INCOMING_LINK, Load.OUTGOING_LINK)
                .in(sets.subnets6, Load.SOURCE_IPV6)
                .counter()
                .masquerade()
                .comment("to a published port of the own network by IPv6: as the gateway"));
        rules.add(Rule.in(postrouting)
                .in(sets.masquerade4, Load.SOURCE_IPV4)
                .not()
                .in(sets.bridges, Load.OUTGOING_LINK)
                .counter()
                .masquerade()
                .comment("from a container to the outside: as the host"));
        rules.add(Rule.in(postrouting)
                .in(sets.masquerade6, Load.SOURCE_IPV6)
                .not()
                .in(sets.bridges, Load.OUTGOING_LINK)
                .counter()
                .masquerade()
                .comment("from a container to the outside by IPv6: as the host"));
    }

    private void walls(List<Rule> rules) {
        rules.add(Rule.in(walls)
                .not()
                .in(sets.bridges, Load.OUTGOING_LINK)
                .clampMss()
                .counter()
                .comment("TCP segments no larger than the way out allows"));
        rules.add(
                Rule.in(walls).ctState(ESTABLISHED, RELATED).counter().accept().comment("accept: answers"));
        rules.add(between(sets.together).counter().accept().comment("accept: within a network"));
        rules.add(between(sets.apart)
                .ctStatusDnat()
                .counter()
                .accept()
                .comment("accept: a published port of the own network"));
        rules.add(
                between(sets.apart).counter().drop().comment("drop: within a network whose containers are kept apart"));
        if (!settings.metadataReachable()) {
            METADATA.forEach(prefix -> rules.add(fromBridges(walls)
                    .ipDaddr(prefix)
                    .counter()
                    .drop()
                    .comment("drop: from a container to where clouds keep secrets, " + prefix)));
        }
        rules.add(Rule.in(walls)
                .in(sets.internal, Load.INCOMING_LINK)
                .counter()
                .drop()
                .comment("drop: out of an internal network"));
        rules.add(Rule.in(walls)
                .in(sets.internal, Load.OUTGOING_LINK)
                .counter()
                .drop()
                .comment("drop: into an internal network"));
        rules.add(toBridges(walls).ctStatusDnat().counter().accept().comment("accept: to a published port"));
        rules.add(open(sets.open4, IpPrefix.ANY_V4).comment("accept: from outside into an open network"));
        rules.add(open(sets.open6, IpPrefix.ANY_V6).comment("accept: from outside into an open network by IPv6"));
        rules.add(toBridges(walls)
                .counter()
                .drop()
                .comment("drop: into a network, from another or from outside, but not to a published port"));
    }

    private Rule between(NftSet pairs) {
        return Rule.in(walls).in(pairs, Load.INCOMING_LINK, Load.OUTGOING_LINK);
    }

    private Rule open(NftSet open, IpPrefix family) {
        return Rule.in(walls)
                .ipDaddr(family)
                .in(open, Load.OUTGOING_LINK)
                .not()
                .in(sets.bridges, Load.INCOMING_LINK)
                .counter()
                .accept();
    }

    private void host(List<Rule> rules) {
        rules.add(Rule.in(host).ctState(ESTABLISHED, RELATED).counter().accept().comment("accept: answers"));
        rules.add(Rule.in(host)
                .in(sets.discovery, Load.PROTOCOL, Load.ICMP_TYPE)
                .counter()
                .accept()
                .comment("accept: neighbour discovery and who listens to which group"));
        if (!settings.engineReachable()) {
            rules.add(engine().drop().comment("drop: the engine's own ports"));
        }
        rules.add(Rule.in(host)
                .in(sets.gateways4, Load.INCOMING_LINK, Load.DESTINATION_IPV4)
                .counter()
                .jump(gateway)
                .comment("to the own gateway: see gateway"));
        rules.add(Rule.in(host)
                .in(sets.gateways6, Load.INCOMING_LINK, Load.DESTINATION_IPV6)
                .counter()
                .jump(gateway)
                .comment("to the own gateway by IPv6: see gateway"));
        rules.add(Rule.in(host)
                .in(sets.internal, Load.INCOMING_LINK)
                .counter()
                .drop()
                .comment("drop: from an internal network to the host"));
        if (settings.engineReachable()) {
            rules.add(engine().accept().comment("accept: the engine's own ports"));
        }
        rules.add(Rule.in(host)
                .in(sets.relayed, Load.PROTOCOL, Load.DESTINATION_PORT)
                .counter()
                .accept()
                .comment("accept: published ports that the engine relays"));
        rules.add(Rule.in(host)
                .in(sets.reachable4, Load.DESTINATION_IPV4)
                .counter()
                .accept()
                .comment("accept: addresses of the host that the settings open"));
        rules.add(Rule.in(host)
                .in(sets.reachable6, Load.DESTINATION_IPV6)
                .counter()
                .accept()
                .comment("accept: IPv6 addresses of the host that the settings open"));
        if (settings.metadataReachable()) {
            METADATA.forEach(prefix -> rules.add(Rule.in(host)
                    .ipDaddr(prefix)
                    .counter()
                    .accept()
                    .comment("accept: link-local addresses of the host, " + prefix)));
        }
        rules.add(Rule.in(host).counter().drop().comment("drop: all else from a container to the host"));
    }

    private Rule engine() {
        return Rule.in(host)
                .protocol(Rule.TCP)
                .in(sets.enginePorts, Load.DESTINATION_PORT)
                .counter();
    }

    private void gateway(List<Rule> rules) {
        rules.add(Rule.in(gateway)
                .in(sets.echo, Load.PROTOCOL, Load.ICMP_TYPE)
                .counter()
                .accept()
                .comment("accept: whether the gateway is there"));
        rules.add(Rule.in(gateway)
                .in(sets.names, Load.PROTOCOL, Load.DESTINATION_PORT)
                .counter()
                .accept()
                .comment("accept: questions for names"));
        rules.add(Rule.in(gateway)
                .in(sets.internal, Load.INCOMING_LINK)
                .counter()
                .drop()
                .comment("drop: from an internal network to the gateway, all but names"));
        rules.add(Rule.in(gateway).counter().accept().comment("accept: the own gateway"));
    }
}
