package dev.lighter.network.address;

import dev.lighter.kernel.netlink.IpPrefix;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Finds subnets for networks that were not given one: the next of the sources, never one that overlaps what is in use. A subnet comes back
 * as late as can be. Safe for all threads.
 */
public final class SubnetChooser {
    /** First 224 networks of 4094 addresses, then 8192 of 1022, then 256 of 254; where one source is routed elsewhere the others remain. */
    public static final List<SubnetSource> DEFAULT_SOURCES = List.of(
            SubnetSource.of("172.18.0.0/15", 20),
            SubnetSource.of("172.20.0.0/14", 20),
            SubnetSource.of("172.24.0.0/13", 20),
            SubnetSource.of("10.128.0.0/9", 22),
            SubnetSource.of("192.168.0.0/16", 24));

    private static final int V6_BYTES = 16;
    private static final int V6_LENGTH = 64;
    private static final int GLOBAL_ID_END = 6;

    private final List<SubnetSource> sources;
    private final byte[] v6;
    private long next;
    private int nextV6;

    /** Begins with the first subnet of the first source. */
    public SubnetChooser(List<SubnetSource> sources) {
        this.sources = List.copyOf(sources);
        this.v6 = new byte[V6_BYTES];
        byte[] globalId = new byte[GLOBAL_ID_END];
        new SecureRandom().nextBytes(globalId);
        globalId[0] = (byte) 0xfd;
        System.arraycopy(globalId, 0, v6, 0, globalId.length);
    }

    /** A free subnet of IPv4; none when all overlap what is in use. */
    public synchronized Optional<Subnet> chooseV4(Collection<Subnet> inUse) {
        long count = sources.stream().mapToLong(SubnetSource::count).sum();
        for (long tried = 0; tried < count; tried++) {
            Subnet candidate = subnet(next);
            next = (next + 1) % count;
            if (inUse.stream().noneMatch(candidate::overlaps)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private Subnet subnet(long number) {
        long left = number;
        for (SubnetSource source : sources) {
            if (left < source.count()) {
                return source.subnet(left);
            }
            left -= source.count();
        }
        throw new IllegalArgumentException("there is no subnet " + number);
    }

    /** A free subnet of IPv6 from the space for local use, under a random global id, RFC 4193; none when all overlap what is in use. */
    public synchronized Optional<Subnet> chooseV6(Collection<Subnet> inUse) {
        for (int tried = 0; tried <= 0xffff; tried++) {
            byte[] bytes = v6.clone();
            bytes[GLOBAL_ID_END] = (byte) (nextV6 >> 8);
            bytes[GLOBAL_ID_END + 1] = (byte) nextV6;
            nextV6 = nextV6 + 1 & 0xffff;
            Subnet candidate = Subnet.of(new IpPrefix(IpPrefix.address(bytes), V6_LENGTH));
            if (inUse.stream().noneMatch(candidate::overlaps)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
