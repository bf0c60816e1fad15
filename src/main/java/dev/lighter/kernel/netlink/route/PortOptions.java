package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.netlink.AttributeWriter;

/** What can be set about a bridge's port. Used by one thread. */
public final class PortOptions {
    static final int HAIRPIN = 4;
    static final int LEARNING = 8;
    static final int UNICAST_FLOOD = 9;
    static final int ISOLATED = 33;

    private final AttributeWriter attributes = new AttributeWriter();

    private PortOptions() {}

    /** All as it is. */
    public static PortOptions create() {
        return new PortOptions();
    }

    /** Whether packets may leave by the port that they came in by. */
    public PortOptions hairpin(boolean on) {
        return set(HAIRPIN, on);
    }

    /** Whether the port is kept from all other isolated ports; since Linux 4.18. */
    public PortOptions isolated(boolean on) {
        return set(ISOLATED, on);
    }

    /** Whether the bridge learns from packets who is behind the port. */
    public PortOptions learning(boolean on) {
        return set(LEARNING, on);
    }

    /** Whether packets to unknown addresses leave by the port. */
    public PortOptions unicastFlood(boolean on) {
        return set(UNICAST_FLOOD, on);
    }

    private PortOptions set(int option, boolean on) {
        attributes.u8(option, on ? 1 : 0);
        return this;
    }

    void write(AttributeWriter data) {
        data.append(attributes);
    }
}
