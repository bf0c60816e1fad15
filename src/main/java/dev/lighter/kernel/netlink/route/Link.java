package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A network interface as it was when it was asked for.
 *
 * @param index its number, which is unique in its namespace and never changes while it is there
 * @param kind {@code bridge}, {@code veth}, …; null for what is no software's, and for loopback
 * @param up whether it may carry packets
 * @param running whether it does: the other end is up, too, and the kernel has taken note; packets sent before are lost
 * @param mac null where links of the kind have none
 * @param master the index of its bridge, or 0
 * @param parent the index of its parent, or of its veth peer, in whichever namespace that is; or 0
 * @param bridge what is set about it as a bridge; null when it is none
 * @param port what is set about it as a bridge's port; null when it is none
 */
public record Link(
        int index,
        String name,
        @Nullable String kind,
        boolean up,
        boolean running,
        int mtu,
        @Nullable MacAddress mac,
        int master,
        int parent,
        @Nullable Bridge bridge,
        @Nullable Port port,
        LinkStatistics statistics) {
    private static final int STATISTICS = 23;
    private static final int RUNNING = 0x40;
    private static final int MAC_BYTES = 6;

    /** What is set about a bridge. */
    public record Bridge(
            boolean stp,
            int forwardDelaySeconds,
            int ageingSeconds,
            boolean multicastSnooping,
            boolean vlanFiltering) {}

    /** What is set about a bridge's port. */
    public record Port(boolean hairpin, boolean isolated, boolean learning, boolean unicastFlood) {}

    static Link parse(NetlinkMessage message) throws ErrnoException {
        ByteBuffer struct = message.need(LinkSettings.STRUCT);
        int flags = struct.getInt(8);
        Attributes attributes = message.attributes(LinkSettings.STRUCT);
        Attributes info = attributes.nested(LinkSettings.LINK_INFO);
        String name = attributes.string(LinkSettings.NAME);
        String kind = info.string(LinkSettings.INFO_KIND);
        byte[] mac = attributes.bytes(LinkSettings.ADDRESS);
        return new Link(
                struct.getInt(4),
                name == null ? "" : name,
                kind,
                (flags & LinkSettings.UP) != 0,
                (flags & RUNNING) != 0,
                attributes.u32(LinkSettings.MTU, 0),
                mac == null || mac.length != MAC_BYTES ? null : MacAddress.of(mac),
                attributes.u32(LinkSettings.MASTER, 0),
                attributes.u32(LinkSettings.LINK, 0),
                "bridge".equals(kind) ? bridge(info.nested(LinkSettings.INFO_DATA)) : null,
                "bridge".equals(info.string(LinkSettings.INFO_PORT_KIND))
                        ? port(info.nested(LinkSettings.INFO_PORT_DATA))
                        : null,
                LinkStatistics.parse(attributes.buffer(STATISTICS)));
    }

    private static Bridge bridge(Attributes data) throws ErrnoException {
        return new Bridge(
                data.u32(BridgeOptions.STP, 0) != 0,
                data.u32(BridgeOptions.FORWARD_DELAY, 0) / 100,
                data.u32(BridgeOptions.AGEING_TIME, 0) / 100,
                data.u8(BridgeOptions.MULTICAST_SNOOPING, 0) != 0,
                data.u8(BridgeOptions.VLAN_FILTERING, 0) != 0);
    }

    private static Port port(Attributes data) throws ErrnoException {
        return new Port(
                data.u8(PortOptions.HAIRPIN, 0) != 0,
                data.u8(PortOptions.ISOLATED, 0) != 0,
                data.u8(PortOptions.LEARNING, 0) != 0,
                data.u8(PortOptions.UNICAST_FLOOD, 0) != 0);
    }
}
