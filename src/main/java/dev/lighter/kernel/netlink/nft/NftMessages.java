package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.netlink.NetlinkRequest;

/**
 * The messages that nf_tables understands, before their attributes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">NETLINK_NETFILTER in netlink(7)</a>
 */
enum NftMessages {
    NEWTABLE,
    GETTABLE,
    DELTABLE,
    NEWCHAIN,
    GETCHAIN,
    DELCHAIN,
    NEWRULE,
    GETRULE,
    DELRULE,
    NEWSET,
    GETSET,
    DELSET,
    NEWSETELEM,
    GETSETELEM,
    DELSETELEM,
    NEWGEN,
    GETGEN;

    /** The size of {@code struct nfgenmsg}. */
    static final int STRUCT = 4;

    private static final int SUBSYSTEM = 10;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int BATCH_GENERATION = 1;

    int type() {
        return SUBSYSTEM << 8 | ordinal();
    }

    boolean is(int messageType) {
        return messageType == type();
    }

    /** A request for a family's tables, or with 0 for those of all. */
    NetlinkRequest request(int family, int flags, Object subject) {
        return NetlinkRequest.of(
                "NFT_MSG_" + this, type(), flags, subject.toString(), new byte[] {(byte) family, 0, 0, 0});
    }

    static NetlinkRequest begin(int generation) {
        NetlinkRequest begin = mark("NFNL_MSG_BATCH_BEGIN", BATCH_BEGIN);
        if (generation != 0) {
            begin.attributes().be32(BATCH_GENERATION, generation);
        }
        return begin;
    }

    static NetlinkRequest end() {
        return mark("NFNL_MSG_BATCH_END", BATCH_END);
    }

    private static NetlinkRequest mark(String name, int type) {
        return NetlinkRequest.of(name, type, 0, null, new byte[] {0, 0, 0, SUBSYSTEM});
    }
}
