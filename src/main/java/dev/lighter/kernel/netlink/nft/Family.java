package dev.lighter.kernel.netlink.nft;

import java.util.Locale;

/** Whose packets a table sees, {@code NFPROTO_*}. */
public enum Family {
    /** IPv4 and IPv6. */
    INET(1),
    IP(2),
    ARP(3),
    NETDEV(5),
    BRIDGE(7),
    IP6(10);

    final int number;

    Family(int number) {
        this.number = number;
    }

    static Family of(int number) {
        for (Family family : values()) {
            if (family.number == number) {
                return family;
            }
        }
        throw new IllegalArgumentException("not a family of tables: " + number);
    }

    static boolean knows(int number) {
        for (Family family : values()) {
            if (family.number == number) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
