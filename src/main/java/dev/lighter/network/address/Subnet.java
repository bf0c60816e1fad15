package dev.lighter.network.address;

import dev.lighter.kernel.netlink.IpPrefix;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;

/** A network's part of the address space, and arithmetic in it: addresses are its first one and an offset. Immutable. */
public final class Subnet {
    /** Of a larger subnet only so many addresses from the start of the range are given out: 2⁶² of them are enough. */
    private static final int MOST_HOST_BITS = 62;

    private final IpPrefix prefix;
    private final BigInteger first;

    private Subnet(IpPrefix prefix) {
        this.prefix = prefix;
        this.first = number(prefix.address());
    }

    /** The subnet that a prefix names. Fails with IllegalArgumentException when bits beyond the prefix are set. */
    public static Subnet of(IpPrefix prefix) {
        if (!prefix.network().equals(prefix)) {
            throw new IllegalArgumentException(
                    prefix + " is an address in a subnet: the subnet is " + prefix.network());
        }
        return new Subnet(prefix);
    }

    /** Reads {@code 172.17.0.0/16}. */
    public static Subnet parse(String text) {
        if (text.indexOf('/') < 0) {
            throw new IllegalArgumentException(text + " has no prefix length: write it as 172.18.0.0/16");
        }
        return of(IpPrefix.parse(text));
    }

    public IpPrefix prefix() {
        return prefix;
    }

    public boolean isV4() {
        return prefix.isV4();
    }

    /** How many addresses there are, at most 2⁶². */
    public long size() {
        return 1L << Math.min(hostBits(), MOST_HOST_BITS);
    }

    private int hostBits() {
        return 8 * prefix.address().getAddress().length - prefix.length();
    }

    /** The address so far behind the first. */
    public InetAddress at(long offset) {
        byte[] sum = first.add(BigInteger.valueOf(offset)).toByteArray();
        byte[] bytes = new byte[prefix.address().getAddress().length];
        int count = Math.min(sum.length, bytes.length);
        System.arraycopy(sum, sum.length - count, bytes, bytes.length - count, count);
        return IpPrefix.address(bytes);
    }

    /** How far an address, which is in the subnet, is behind the first; at most 2⁶³-1, which stands for all beyond. */
    public long offset(InetAddress address) {
        BigInteger offset = number(address).subtract(first);
        return offset.bitLength() > MOST_HOST_BITS ? Long.MAX_VALUE : offset.longValueExact();
    }

    public boolean contains(InetAddress address) {
        return prefix.contains(address);
    }

    /** Whether another subnet is a part of this one. */
    public boolean contains(Subnet other) {
        return other.prefix.length() >= prefix.length() && prefix.contains(other.prefix.address());
    }

    /** Whether any address is in both. */
    public boolean overlaps(Subnet other) {
        return contains(other) || other.contains(this);
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Subnet subnet && prefix.equals(subnet.prefix);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new Object[] {prefix});
    }

    @Override
    public String toString() {
        return prefix.toString();
    }
}
