package dev.lighter.network.address;

import dev.lighter.kernel.netlink.IpPrefix;

/**
 * A part of the address space that is cut into subnets of one size.
 *
 * @param base the whole, of IPv4
 * @param length the length of a subnet's prefix
 */
public record SubnetSource(Subnet base, int length) {
    /** Checks that at least one fits. */
    public SubnetSource {
        if (!base.isV4() || base.prefix().length() > length || length > 30) {
            throw new IllegalArgumentException("no /" + length + " for containers fits into " + base);
        }
    }

    /** Reads {@code 10.128.0.0/9} and the length of a subnet's prefix. */
    public static SubnetSource of(String base, int length) {
        return new SubnetSource(Subnet.parse(base), length);
    }

    long count() {
        return 1L << length - base.prefix().length();
    }

    Subnet subnet(long number) {
        return Subnet.of(new IpPrefix(base.at(number << 32 - length), length));
    }
}
