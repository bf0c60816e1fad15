package dev.lighter.kernel.netlink.nft;

/** How much came to a counter. */
public record Counter(long packets, long bytes) {}
