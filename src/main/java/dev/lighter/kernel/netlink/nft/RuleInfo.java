package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.NetlinkMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule that is there.
 *
 * @param chain the name of its chain
 * @param handle the number by which it is replaced or removed
 * @param counter how much came to its first counter; null when it has none
 * @param expressions the names of what it is made of: {@code meta}, {@code cmp}, {@code immediate}, …
 */
public record RuleInfo(
        Table table,
        String chain,
        long handle,
        @Nullable String comment,
        @Nullable Counter counter,
        List<String> expressions) {
    static RuleInfo parse(NetlinkMessage message) throws ErrnoException {
        Attributes attributes = message.attributes(NftMessages.STRUCT);
        List<String> names = new ArrayList<>();
        Counter counter = null;
        for (Attributes expression : attributes.list(4)) {
            String name = expression.string(1);
            names.add(name == null ? "" : name);
            if (counter == null && "counter".equals(name)) {
                counter = Counter.parse(expression);
            }
        }
        return new RuleInfo(
                Nftables.table(message),
                Nftables.text(attributes, 2),
                attributes.be64(3, 0),
                Comments.decode(attributes.bytes(7)),
                counter,
                List.copyOf(names));
    }
}
