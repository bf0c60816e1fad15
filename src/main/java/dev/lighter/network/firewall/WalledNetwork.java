package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.IpPrefix;
import java.util.List;

/**
 * A network as its walls know it. Immutable.
 *
 * @param bridges the names of its bridges; the first has the gateway's addresses, the others are joined to it
 * @param gateways the first bridge's own addresses, each with the prefix of its subnet
 * @param internal whether it reaches nothing outside and is reached by nobody, not even by published ports
 * @param icc whether its containers reach one another otherwise than by published ports
 * @param masquerade4 whether what goes outside by IPv4 gets the address of the link that it leaves by
 * @param masquerade6 the same for IPv6
 * @param open4 whether its containers are reached from outside by IPv4 without a published port; never from other networks of the engine
 * @param open6 the same for IPv6
 */
public record WalledNetwork(
        List<String> bridges,
        List<IpPrefix> gateways,
        boolean internal,
        boolean icc,
        boolean masquerade4,
        boolean masquerade6,
        boolean open4,
        boolean open6) {
    /** Copies the lists. */
    public WalledNetwork {
        bridges = List.copyOf(bridges);
        gateways = List.copyOf(gateways);
        if (bridges.isEmpty()) {
            throw new IllegalArgumentException("a network has at least one bridge");
        }
    }

    /** An ordinary network of one bridge: containers reach one another and what is outside, with the host's address. */
    public static WalledNetwork of(String bridge, IpPrefix... gateways) {
        return new WalledNetwork(List.of(bridge), List.of(gateways), false, true, true, true, false, false);
    }

    /** The bridge with the gateway's addresses, by which the network is known. */
    public String firstBridge() {
        return bridges.get(0);
    }

    /** The same with other bridges; the first is where the gateway's addresses are. */
    public WalledNetwork withBridges(String... names) {
        return new WalledNetwork(List.of(names), gateways, internal, icc, masquerade4, masquerade6, open4, open6);
    }

    /** The same without a way out or in. */
    public WalledNetwork asInternal() {
        return new WalledNetwork(bridges, gateways, true, icc, masquerade4, masquerade6, open4, open6);
    }

    /** The same with containers that do not reach one another. */
    public WalledNetwork withoutIcc() {
        return new WalledNetwork(bridges, gateways, internal, false, masquerade4, masquerade6, open4, open6);
    }

    /** The same with containers that are known outside by their own addresses, and reached by them where {@code open}. */
    public WalledNetwork routed(boolean open) {
        return new WalledNetwork(bridges, gateways, internal, icc, false, false, open, open);
    }
}
