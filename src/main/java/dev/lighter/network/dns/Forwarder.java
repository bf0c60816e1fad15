package dev.lighter.network.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/**
 * Looks up outside what is not ours, remembers it, and lets those who ask the same at the same time wait for one answer. How many wait is
 * bounded, for one address and in all. Used on the server's thread.
 */
final class Forwarder {
    private static final int LARGEST_MESSAGE = 65_535;

    private final SelectorLoop loop;
    private final Supplier<List<InetSocketAddress>> hostResolvers;
    private final Predicate<InetSocketAddress> isOurs;
    private final DnsSettings settings;
    private final Shares waiting;
    private final AnswerCache cache;
    private final Map<LookupKey, Lookup> underWay = new HashMap<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(LARGEST_MESSAGE);

    /**
     * Makes one that knows nothing yet.
     *
     * @param isOurs tells addresses that the server itself listens on: asking them would never end
     */
    Forwarder(
            SelectorLoop loop,
            Supplier<List<InetSocketAddress>> hostResolvers,
            Predicate<InetSocketAddress> isOurs,
            DnsSettings settings) {
        this.loop = loop;
        this.hostResolvers = hostResolvers;
        this.isOurs = isOurs;
        this.settings = settings;
        this.waiting = new Shares(settings.questionsPerAsker(), settings.questions());
        this.cache = new AnswerCache(settings.cacheEntries(), settings.cacheBytes());
    }

    /** Answers from what is remembered, or when a resolver has answered, or with SERVFAIL when none does or too much is asked. */
    void lookUp(List<InetSocketAddress> wanted, Question question, Client client) {
        List<InetSocketAddress> resolvers = withoutOurs(wanted.isEmpty() ? hostResolvers.get() : wanted);
        LookupKey key = LookupKey.of(resolvers, question);
        StoredAnswer known = cache.find(key, loop.now());
        if (known != null) {
            client.answer(known.write(out, question, client.limit(question), loop.now()));
            return;
        }
        InetAddress address = client.address();
        if (resolvers.isEmpty() || !waiting.take(address)) {
            client.answer(AnswerWriter.code(out, question, Rcode.SERVFAIL));
            return;
        }
        Lookup lookup = underWay.get(key);
        boolean isFirst = lookup == null;
        if (lookup == null) {
            lookup = new Lookup(resolvers, question, loop, settings, answer -> finish(key, answer));
            underWay.put(key, lookup);
        }
        lookup.add(new Lookup.Waiter(question, client));
        if (isFirst) {
            lookup.begin();
        }
    }

    private List<InetSocketAddress> withoutOurs(List<InetSocketAddress> resolvers) {
        for (InetSocketAddress resolver : resolvers) {
            if (isOurs.test(resolver)) {
                return resolvers.stream().filter(isOurs.negate()).toList();
            }
        }
        return resolvers;
    }

    private void finish(LookupKey key, @Nullable StoredAnswer answer) {
        Lookup lookup = underWay.remove(key);
        if (lookup == null) {
            return;
        }
        if (answer != null) {
            cache.keep(key, answer, loop.now());
        }
        lookup.waiters().forEach(waiter -> waiting.giveBack(waiter.client().address()));
        for (Lookup.Waiter waiter : lookup.waiters()) {
            Client client = waiter.client();
            client.answer(
                    answer == null
                            ? AnswerWriter.code(out, waiter.question(), Rcode.SERVFAIL)
                            : answer.write(out, waiter.question(), client.limit(waiter.question()), loop.now()));
        }
    }
}
