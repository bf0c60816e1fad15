package dev.lighter.kernel.netlink.nft;

/** What connection tracking thinks of a packet. */
public enum ConnectionState {
    INVALID(1),
    ESTABLISHED(2),
    RELATED(4),
    NEW(8),
    UNTRACKED(64);

    final int bit;

    ConnectionState(int bit) {
        this.bit = bit;
    }
}
