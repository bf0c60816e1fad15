package dev.lighter.network.dns;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What makes two questions the same, under way or remembered: the resolvers are a part of it, so that those one container brings along
 * answer for no other.
 *
 * @param name as {@link Question#key} has it
 */
record LookupKey(
        List<InetSocketAddress> resolvers,
        String name,
        int type,
        int dnsClass,
        boolean dnssecOk,
        boolean checkingDisabled) {

    static LookupKey of(List<InetSocketAddress> resolvers, Question question) {
        return new LookupKey(
                resolvers,
                question.key(),
                question.type(),
                question.dnsClass(),
                question.dnssecOk(),
                question.has(Header.CHECKING_DISABLED));
    }
}
