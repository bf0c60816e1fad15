package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.netlink.AttributeWriter;
import java.util.function.Consumer;

/** A link that is to be made, all of it by one message: {@code NewLink.bridge("br0", options).mtu(1500).up()}. */
public final class NewLink extends LinkSettings<NewLink> {
    private static final int VETH_INFO_PEER = 1;
    private static final int MACVLAN_MODE = 1;
    private static final int VLAN_ID = 1;

    /** How macvlan links of one parent see one another. */
    public enum MacvlanMode {
        PRIVATE(1),
        VEPA(2),
        BRIDGE(4),
        PASSTHRU(8);

        private final int number;

        MacvlanMode(int number) {
            this.number = number;
        }
    }

    private final String name;

    private NewLink(String kind, String name, Consumer<AttributeWriter> data) {
        this.name = checkName(name);
        attributes()
                .string(NAME, name)
                .nested(LINK_INFO, info -> info.string(INFO_KIND, kind).nested(INFO_DATA, data));
    }

    /** A link of a kind that needs to be told nothing, such as {@code dummy} or {@code ifb}. */
    public static NewLink ofKind(String kind, String name) {
        return new NewLink(kind, name, data -> {});
    }

    /** A link without anything behind it. */
    public static NewLink dummy(String name) {
        return ofKind("dummy", name);
    }

    /** A bridge. */
    public static NewLink bridge(String name, BridgeOptions options) {
        return new NewLink("bridge", name, options::write);
    }

    /** A pair of links: what goes into one comes out of the other. Both get one queue each way, which saves memory. */
    public static NewLink veth(String name, VethPeer peer) {
        return new NewLink(
                        "veth",
                        name,
                        data -> data.nested(
                                VETH_INFO_PEER,
                                peer.struct(0),
                                end -> end.append(peer.attributes())
                                        .u32(TRANSMIT_QUEUES, 1)
                                        .u32(RECEIVE_QUEUES, 1)))
                .queues(1);
    }

    /** Another address on a parent link, given by its index. */
    public static NewLink macvlan(String name, int parent, MacvlanMode mode) {
        return new NewLink("macvlan", name, data -> data.u32(MACVLAN_MODE, mode.number)).parent(parent);
    }

    /** The packets of one VLAN (802.1Q) of a parent link, given by its index. */
    public static NewLink vlan(String name, int parent, int id) {
        return new NewLink("vlan", name, data -> data.u16(VLAN_ID, id)).parent(parent);
    }

    /** How many queues it has in each direction. */
    public NewLink queues(int count) {
        attributes().u32(TRANSMIT_QUEUES, count).u32(RECEIVE_QUEUES, count);
        return this;
    }

    /** Lets it carry packets from the start. */
    public NewLink up() {
        return carrying(true);
    }

    /** Makes it a port of a bridge, given by its index. */
    public NewLink master(int bridge) {
        return portOf(bridge);
    }

    private NewLink parent(int index) {
        attributes().u32(LINK, index);
        return this;
    }

    String name() {
        return name;
    }

    @Override
    NewLink self() {
        return this;
    }
}
