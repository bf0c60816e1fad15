package dev.lighter.kernel.netlink.nft;

import org.jspecify.annotations.Nullable;

/**
 * A list of rules.
 *
 * @param base where packets come to it by themselves; null when only rules lead to it
 */
public record Chain(Table table, String name, @Nullable Base base) {
    /** What a chain's rules may do. */
    public enum Type {
        FILTER,
        NAT,
        ROUTE
    }

    /** A point of the packets' way, {@code NF_INET_*}. */
    public enum Hook {
        PREROUTING,
        INPUT,
        FORWARD,
        OUTPUT,
        POSTROUTING,
        /** Before all else, on one device; of families netdev and inet. */
        INGRESS;

        int number(Family family) {
            return this == INGRESS && family == Family.NETDEV ? 0 : ordinal();
        }
    }

    /** What happens to packets that no rule decides on. */
    public enum Policy {
        DROP,
        ACCEPT
    }

    /**
     * Where a chain is reached.
     *
     * @param priority chains at one point are reached in the order of these numbers
     * @param device the one link whose packets are seen, at INGRESS
     */
    public record Base(
            Type type,
            Hook hook,
            int priority,
            Policy policy,
            @Nullable String device) {}

    public static final int PRIORITY_RAW = -300;
    public static final int PRIORITY_MANGLE = -150;
    public static final int PRIORITY_DNAT = -100;
    public static final int PRIORITY_FILTER = 0;
    public static final int PRIORITY_SNAT = 100;

    /** The same chain with another policy. */
    public Chain withPolicy(Policy policy) {
        Base old = needBase();
        return new Chain(table, name, new Base(old.type, old.hook, old.priority, policy, old.device));
    }

    /** The same chain for the packets of one device. */
    public Chain onDevice(String device) {
        Base old = needBase();
        return new Chain(table, name, new Base(old.type, old.hook, old.priority, old.policy, device));
    }

    private Base needBase() {
        if (base == null) {
            throw new IllegalStateException("chain " + name + " is reached by rules only");
        }
        return base;
    }

    @Override
    public String toString() {
        return table + " " + name;
    }
}
