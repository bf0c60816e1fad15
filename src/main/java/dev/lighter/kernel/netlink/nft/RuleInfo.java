package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.NetlinkMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A rule that is there.
 *
 * @param chain the name of its chain
 * @param handle the number by which it is replaced or removed
 * @param counter how much came to its first counter; null when it has none
 * @param expressions the names of what it is made of: {@code meta}, {@code cmp}, {@code immediate}, …
 * @param content a hash of all that it is made of but the states of counters: a rule that was replaced by another has another
 */
public record RuleInfo(
        Table table,
        String chain,
        long handle,
        @Nullable String comment,
        @Nullable Counter counter,
        List<String> expressions,
        int content) {
    static RuleInfo parse(NetlinkMessage message) throws ErrnoException {
        Attributes attributes = message.attributes(NftMessages.STRUCT);
        List<String> names = new ArrayList<>();
        Counter counter = null;
        int content = 0;
        for (Attributes expression : attributes.list(4)) {
            String name = expression.string(1);
            names.add(name == null ? "" : name);
            boolean counts = "counter".equals(name);
            if (counter == null && counts) {
                counter = Counter.parse(expression);
            }
            content = 31 * content + Objects.hashCode(name);
            content = 31 * content + (counts ? 0 : Arrays.hashCode(expression.bytes(2)));
        }
        return new RuleInfo(
                Nftables.table(message),
                Nftables.text(attributes, 2),
                attributes.be64(3, 0),
                Comments.decode(attributes.bytes(7)),
                counter,
                List.copyOf(names),
                content);
    }
}
