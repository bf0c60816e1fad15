package dev.lighter.kernel.netlink.route;

/** What can be said of a link's address, {@code IFA_F_*}. */
public enum AddressFlag {
    /** Not the first of its network on the link. */
    SECONDARY(0x01),
    /** Usable at once: nobody is asked whether the address is taken. IPv6 only. */
    NO_DAD(0x02),
    /** Taken by somebody else. IPv6 only. */
    DAD_FAILED(0x08),
    /** Not usable yet: it is being asked whether it is taken. IPv6 only. */
    TENTATIVE(0x40),
    /** Does not expire. */
    PERMANENT(0x80),
    /** No route to the address's network comes with it. */
    NO_PREFIX_ROUTE(0x200);

    final int bit;

    AddressFlag(int bit) {
        this.bit = bit;
    }
}
