package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.netlink.AttributeWriter;

/** What can be set about a bridge. Used by one thread. */
public final class BridgeOptions {
    static final int FORWARD_DELAY = 1;
    static final int AGEING_TIME = 4;
    static final int STP = 5;
    static final int VLAN_FILTERING = 7;
    static final int MULTICAST_SNOOPING = 23;
    private static final int CENTISECONDS = 100;

    private final AttributeWriter attributes = new AttributeWriter();

    private BridgeOptions() {}

    /** All as the kernel has it. */
    public static BridgeOptions create() {
        return new BridgeOptions();
    }

    /** Whether it looks for loops with the spanning tree protocol. */
    public BridgeOptions stp(boolean on) {
        attributes.u32(STP, on ? 1 : 0);
        return this;
    }

    /** How long a new port only listens; 0 is for a bridge without the spanning tree protocol only. */
    public BridgeOptions forwardDelaySeconds(int seconds) {
        attributes.u32(FORWARD_DELAY, seconds * CENTISECONDS);
        return this;
    }

    /** How long an address that was learned and not seen again is remembered. */
    public BridgeOptions ageingSeconds(int seconds) {
        attributes.u32(AGEING_TIME, seconds * CENTISECONDS);
        return this;
    }

    /** Whether it learns which ports want which multicast packets, or sends them to all. */
    public BridgeOptions multicastSnooping(boolean on) {
        attributes.u8(MULTICAST_SNOOPING, on ? 1 : 0);
        return this;
    }

    /** Whether it keeps VLANs apart. */
    public BridgeOptions vlanFiltering(boolean on) {
        attributes.u8(VLAN_FILTERING, on ? 1 : 0);
        return this;
    }

    void write(AttributeWriter data) {
        data.append(attributes);
    }
}
