package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.AttributeWriter;
import dev.lighter.kernel.netlink.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a packet: {@code NF_*} or {@code NFT_*} and, for a jump, a chain.
 *
 * @param code the kernel's number
 */
public record Verdict(int code, @Nullable String chain) {
    public static final Verdict DROP = new Verdict(0, null);
    public static final Verdict ACCEPT = new Verdict(1, null);
    /** On with the next rule. */
    public static final Verdict CONTINUE = new Verdict(-1, null);
    /** Back to the chain that led here. */
    public static final Verdict RETURN = new Verdict(-5, null);

    private static final int JUMP = -3;
    private static final int GOTO = -4;
    private static final int CODE = 1;
    private static final int CHAIN = 2;

    /** To another chain and, if that decides nothing, back. */
    public static Verdict jump(Chain chain) {
        return new Verdict(JUMP, chain.name());
    }

    /** To another chain and not back. */
    public static Verdict goTo(Chain chain) {
        return new Verdict(GOTO, chain.name());
    }

    void write(AttributeWriter attributes) {
        attributes.be32(CODE, code);
        if (chain != null) {
            attributes.string(CHAIN, chain);
        }
    }

    static Verdict parse(Attributes attributes) throws ErrnoException {
        return new Verdict(attributes.be32(CODE, 0), attributes.string(CHAIN));
    }
}
