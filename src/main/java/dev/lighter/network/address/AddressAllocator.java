package dev.lighter.network.address;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Gives out the addresses of one subnet. The next is always the one after the latest, so that an address comes back as late as can be:
 * whoever still talks to its former owner does not meet a stranger. Safe for all threads.
 */
public final class AddressAllocator {
    private final Subnet subnet;
    private final long first;
    private final long last;
    private final Set<Long> taken = new HashSet<>();
    private long next;

    /**
     * Nothing is taken yet but what must not be given out: the subnet's own address and, in IPv4, its broadcast address.
     *
     * @param range the part of the subnet that addresses are chosen from
     */
    public AddressAllocator(Subnet subnet, Subnet range) {
        this.subnet = subnet;
        this.first = subnet.offset(range.prefix().address());
        this.last = Math.addExact(first, range.size() - 1);
        this.next = first;
        if (subnet.size() > 2) {
            taken.add(0L);
            if (subnet.isV4()) {
                taken.add(subnet.size() - 1);
            }
        }
    }

    public Subnet subnet() {
        return subnet;
    }

    /** A free address of the range; none when all are taken. */
    public synchronized Optional<InetAddress> allocate() {
        long length = last - first + 1;
        for (long tried = 0; tried < length && tried <= taken.size(); tried++) {
            long offset = next;
            next = next == last ? first : next + 1;
            if (taken.add(offset)) {
                return Optional.of(subnet.at(offset));
            }
        }
        return Optional.empty();
    }

    /** Takes a certain address of the subnet, within the range or not; false when it is taken. */
    public synchronized boolean take(InetAddress address) {
        return taken.add(subnet.offset(address));
    }

    /** Takes an address that was given out before this object was made: those after it are next. */
    public synchronized void resume(InetAddress address) {
        long offset = subnet.offset(address);
        taken.add(offset);
        if (offset >= next && offset < last) {
            next = offset + 1;
        }
    }

    /** Gives an address back. */
    public synchronized void release(InetAddress address) {
        taken.remove(subnet.offset(address));
    }
}
