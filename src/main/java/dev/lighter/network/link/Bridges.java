package dev.lighter.network.link;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.route.Address;
import dev.lighter.kernel.netlink.route.AddressFlag;
import dev.lighter.kernel.netlink.route.BridgeOptions;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.PortOptions;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes the bridges of networks and takes them away. Safe for all threads. */
public final class Bridges {
    /** A bridge takes so many ports, BR_MAX_PORTS in the kernel's net/bridge/br_private.h less the number that is never given. */
    public static final int MOST_PORTS = 1023;

    private static final Path IPV6_SETTINGS = Path.of("/proc/sys/net/ipv6/conf");

    private final RouteNetlink host;

    /**
     * Makes nothing yet.
     *
     * @param host speaks of the host's links; stays the caller's
     */
    public Bridges(RouteNetlink host) {
        this.host = host;
    }

    /**
     * Makes a bridge, or makes one that is there what it should be, and gives its index. Its MAC address is fixed: it would otherwise change
     * with its ports, and everybody's gateway with it.
     *
     * @param gateways the bridge's own addresses with the lengths of their subnets' prefixes
     */
    public int ensure(String name, int mtu, List<IpPrefix> gateways) throws IOException {
        Optional<Link> present = host.links().find(name);
        if (present.isEmpty()) {
            host.links().create(NewLink.bridge(name, options()).mtu(mtu).mac(mac(name, gateways)));
        } else if (present.get().bridge() == null) {
            throw new ErrnoException(
                    "RTM_NEWLINK", name, Errno.EEXIST, "there is a link of this name that is no bridge");
        }
        int index = host.links().index(name);
        ipv6(name, gateways.stream().anyMatch(gateway -> !gateway.isV4()));
        List<IpPrefix> has =
                host.addresses().list(index).stream().map(Address::prefix).toList();
        for (IpPrefix gateway : gateways) {
            if (has.contains(gateway)) {
                continue;
            }
            if (gateway.isV4()) {
                host.addresses().add(index, gateway);
            } else {
                host.addresses().add(index, gateway, AddressFlag.NO_DAD);
            }
        }
        host.links().change(index, LinkChange.create().up());
        return index;
    }

    private static BridgeOptions options() {
        return BridgeOptions.create().stp(false).forwardDelaySeconds(0).multicastSnooping(false);
    }

    /** A local address made of the first gateway, or of the name where there is none. */
    private static MacAddress mac(String name, List<IpPrefix> gateways) {
        byte[] end = gateways.isEmpty()
                ? name.getBytes(StandardCharsets.UTF_8)
                : gateways.get(0).address().getAddress();
        byte[] mac = {0x02, 0x42, 0, 0, 0, 0};
        for (int i = 0; i < 4 && i < end.length; i++) {
            mac[5 - i] = end[end.length - 1 - i];
        }
        return MacAddress.of(mac);
    }

    /** A bridge without an address of IPv6 has none at all, not even a link-local one: containers would find the host by it. */
    private static void ipv6(String name, boolean on) throws IOException {
        Path file = IPV6_SETTINGS.resolve(name).resolve("disable_ipv6");
        if (Files.exists(file)) {
            Files.writeString(file, on ? "0" : "1");
            if (on) {
                Files.writeString(file.resolveSibling("accept_ra"), "0");
            }
        }
    }

    /**
     * Joins a further bridge to a network's first one. Where ports are kept from one another the first bridge's end of the pair is one of
     * them, so that the further bridge's ports reach nothing but the first bridge itself.
     */
    public void join(int firstBridge, String name, String first, String last, int mtu, boolean isolated)
            throws IOException {
        int bridge = ensure(name, mtu, List.of());
        if (host.links().find(first).isEmpty()) {
            host.links()
                    .create(NewLink.veth(first, VethPeer.named(last).mtu(mtu))
                            .mtu(mtu)
                            .master(firstBridge)
                            .up());
        }
        host.links()
                .change(
                        host.links().index(last),
                        LinkChange.create().master(bridge).up());
        if (isolated) {
            host.links().change(host.links().index(first), PortOptions.create().isolated(true));
        }
        ipv6(first, false);
        ipv6(last, false);
    }

    /** Removes a link, such as a bridge; nothing when it has gone. */
    public void delete(String name) throws ErrnoException {
        try {
            host.links().delete(name);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    /** Takes addresses from a bridge that somebody else made. */
    public void withdraw(String name, List<IpPrefix> gateways) throws ErrnoException {
        Optional<Link> bridge = host.links().find(name);
        if (bridge.isEmpty()) {
            return;
        }
        for (IpPrefix gateway : gateways) {
            try {
                host.addresses().delete(bridge.get().index(), gateway);
            } catch (ErrnoException e) {
                if (!e.is(Errno.EADDRNOTAVAIL)) {
                    throw e;
                }
            }
        }
    }
}
