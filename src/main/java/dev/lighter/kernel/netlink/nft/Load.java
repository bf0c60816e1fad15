package dev.lighter.kernel.netlink.nft;

/** What of a packet goes into a key. Where a field is of one IP family only, a rule with it sees only packets of that family. */
public enum Load {
    SOURCE_IPV4("payload", Load.NETWORK, 12, Field.IPV4),
    DESTINATION_IPV4("payload", Load.NETWORK, 16, Field.IPV4),
    SOURCE_IPV6("payload", Load.NETWORK, 8, Field.IPV6),
    DESTINATION_IPV6("payload", Load.NETWORK, 24, Field.IPV6),
    SOURCE_MAC("payload", Load.LINK, 6, Field.MAC),
    DESTINATION_MAC("payload", Load.LINK, 0, Field.MAC),
    SOURCE_PORT("payload", Load.TRANSPORT, 0, Field.PORT),
    DESTINATION_PORT("payload", Load.TRANSPORT, 2, Field.PORT),
    /** To be asked for together with {@link #PROTOCOL}: others have something else there. */
    ICMP_TYPE("payload", Load.TRANSPORT, 0, Field.ICMP_TYPE),
    PROTOCOL("meta", 16, 0, Field.PROTOCOL),
    MARK("meta", 3, 0, Field.MARK),
    INCOMING_LINK("meta", 6, 0, Field.LINK_NAME),
    OUTGOING_LINK("meta", 7, 0, Field.LINK_NAME),
    CONNECTION_MARK("ct", 3, 0, Field.MARK);

    static final int LINK = 0;
    static final int NETWORK = 1;
    static final int TRANSPORT = 2;

    final String expression;
    /** Of a payload the header, of the others what is asked for. */
    final int baseOrKey;

    final int offset;
    final Field field;

    Load(String expression, int baseOrKey, int offset, Field field) {
        this.expression = expression;
        this.baseOrKey = baseOrKey;
        this.offset = offset;
        this.field = field;
    }
}
