package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.nft.Counter;
import dev.lighter.kernel.netlink.nft.Element;
import dev.lighter.kernel.netlink.nft.Field;
import dev.lighter.kernel.netlink.nft.NftSet;
import dev.lighter.kernel.netlink.nft.RuleInfo;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rules, and elements of the table's sets in words: {@code 192.0.2.1 tcp 8080 to 10.0.0.2 80 (web)}. */
final class ElementWords {
    private static final Counter UNCOUNTED = new Counter(-1, -1);

    private ElementWords() {}

    static FirewallRule rule(NftSet set, Element element) {
        Counter counter = element.counter() == null ? UNCOUNTED : element.counter();
        return new FirewallRule("@" + set.name(), meaning(set, element), counter.packets(), counter.bytes());
    }

    static FirewallRule rule(RuleInfo rule) {
        Counter counter = rule.counter() == null ? UNCOUNTED : rule.counter();
        return new FirewallRule(
                rule.chain(), rule.comment() == null ? "" : rule.comment(), counter.packets(), counter.bytes());
    }

    static String meaning(NftSet set, Element element) {
        String words = values(set.key(), element.key());
        List<Object> last = element.last();
        if (last != null) {
            words = IntStream.range(0, last.size())
                    .mapToObj(i -> range(set.key().get(i), element.key().get(i), last.get(i)))
                    .collect(Collectors.joining(" "));
        }
        if (!element.data().isEmpty()) {
            words += " to " + values(set.data(), element.data());
        }
        return element.comment() == null ? words : words + " (" + element.comment() + ")";
    }

    private static String range(Field field, Object first, Object last) {
        return first.equals(last) ? value(field, first) : value(field, first) + " - " + value(field, last);
    }

    private static String values(List<Field> fields, List<Object> values) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> value(fields.get(i), values.get(i)))
                .collect(Collectors.joining(" "));
    }

    private static String value(Field field, Object value) {
        if (value instanceof InetAddress address) {
            return IpPrefix.format(address);
        }
        return field == Field.PROTOCOL && value instanceof Integer number
                ? Translation.protocolName(number)
                : value.toString();
    }
}
