package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;

/** How much came to a counter. */
public record Counter(long packets, long bytes) {
    private static final int DATA = 2;
    private static final int BYTES = 1;
    private static final int PACKETS = 2;

    /** Reads the expression of a counter. */
    static Counter parse(Attributes expression) throws ErrnoException {
        Attributes data = expression.nested(DATA);
        return new Counter(data.be64(PACKETS, 0), data.be64(BYTES, 0));
    }
}
