package dev.lighter.kernel.netlink.nft;

/** A table of the packet filter, by its name; what is in it sees packets of one family. */
public record Table(Family family, String name) {
    /** A chain that packets come to by a rule only. */
    public Chain chain(String chainName) {
        return new Chain(this, chainName, null);
    }

    /** A chain that packets come to at a point of their way through the kernel; those of no rule go on. */
    public Chain chain(String chainName, Chain.Type type, Chain.Hook hook, int priority) {
        return new Chain(this, chainName, new Chain.Base(type, hook, priority, Chain.Policy.ACCEPT, null));
    }

    /** A set of keys made of these fields. */
    public NftSet set(String setName, Field... key) {
        return NftSet.of(this, setName, key);
    }

    @Override
    public String toString() {
        return family + " " + name;
    }
}
