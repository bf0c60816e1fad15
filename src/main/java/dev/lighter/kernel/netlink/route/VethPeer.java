package dev.lighter.kernel.netlink.route;

/**
 * The other end of a veth pair as it is to be born: under its name, in its namespace. It is down: the kernel refuses to let an end be up
 * that is not yet joined to the other.
 */
public final class VethPeer extends LinkSettings<VethPeer> {
    private VethPeer(String name) {
        attributes().string(NAME, checkName(name));
    }

    /** A peer with this name. */
    public static VethPeer named(String name) {
        return new VethPeer(name);
    }

    @Override
    VethPeer self() {
        return this;
    }
}
