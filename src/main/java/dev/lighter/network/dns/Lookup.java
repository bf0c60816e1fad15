package dev.lighter.network.dns;

import dev.lighter.network.dns.SelectorLoop.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * One question asked outside until a resolver answers, and those who wait for the answer. Resolvers are asked one after another, the next
 * when one fails or is slow; a slow one may still answer later. Each is asked by UDP and, where the answer has no room in a datagram, by
 * TCP again: so the answer is whole, whatever the clients use. Used on the server's thread.
 */
final class Lookup {
    private static final int MOST_ATTEMPTS = 8;

    /** A client and the question as it spelled it. */
    record Waiter(Question question, Client client) {}

    private final List<InetSocketAddress> resolvers;
    private final Question question;
    private final SelectorLoop loop;
    private final DnsSettings settings;
    private final Consumer<@Nullable StoredAnswer> finished;
    private final List<Waiter> waiters = new ArrayList<>(1);
    private final List<Exchange> exchanges = new ArrayList<>(2);
    private final Set<InetSocketAddress> failed = new HashSet<>();
    /** What is given when nobody has anything better. */
    private @Nullable StoredAnswer poorAnswer;

    private boolean edns = true;
    private int attempts;
    private int next;
    private @Nullable Deadline end;
    private @Nullable Deadline patience;
    private boolean done;

    Lookup(
            List<InetSocketAddress> resolvers,
            Question question,
            SelectorLoop loop,
            DnsSettings settings,
            Consumer<@Nullable StoredAnswer> finished) {
        this.resolvers = resolvers;
        this.question = question;
        this.loop = loop;
        this.settings = settings;
        this.finished = finished;
    }

    void add(Waiter waiter) {
        waiters.add(waiter);
    }

    List<Waiter> waiters() {
        return waiters;
    }

    void begin() {
        end = loop.later(settings.lookupMillis(), () -> finish(poorAnswer));
        askNext();
    }

    /** Asks the next resolver that has not failed; ends when there is none and nobody else may still answer. */
    private void askNext() {
        while (!done && attempts < MOST_ATTEMPTS && failed.size() < resolvers.size()) {
            InetSocketAddress resolver = resolvers.get(next++ % resolvers.size());
            if (!failed.contains(resolver) && ask(resolver, false)) {
                return;
            }
        }
        if (exchanges.isEmpty()) {
            finish(poorAnswer);
        }
    }

    private boolean ask(InetSocketAddress resolver, boolean stream) {
        attempts++;
        try {
            exchanges.add(
                    stream
                            ? StreamExchange.open(resolver, question, edns, loop, this)
                            : DatagramExchange.open(resolver, question, edns, loop, this));
        } catch (IOException | RuntimeException e) {
            // The latter where the host has no such address family at all.
            failed.add(resolver);
            return false;
        }
        cancel(patience);
        patience = loop.later(settings.attemptMillis(), this::askNext);
        return true;
    }

    /** An exchange has a message that answers the question. */
    void answered(Exchange exchange, byte[] message) {
        if (done) {
            return;
        }
        StoredAnswer answer;
        try {
            answer = new StoredAnswer(new Message(message), loop.now());
        } catch (IOException | RuntimeException e) {
            failed(exchange);
            return;
        }
        end(exchange);
        InetSocketAddress resolver = exchange.resolver();
        if (answer.isTruncated() && !exchange.isStream()) {
            poorAnswer = answer;
            if (!ask(resolver, true)) {
                askNext();
            }
        } else if (answer.rcode() == Rcode.NOERROR || answer.rcode() == Rcode.NXDOMAIN) {
            finish(answer);
        } else if (answer.rcode() == Rcode.FORMERR && edns) {
            // It knows nothing of EDNS, RFC 6891 section 7.
            edns = false;
            if (!ask(resolver, exchange.isStream())) {
                askNext();
            }
        } else {
            if (poorAnswer == null) {
                poorAnswer = answer;
            }
            failed.add(resolver);
            askNext();
        }
    }

    /** An exchange cannot come to an answer. */
    void failed(Exchange exchange) {
        if (!done) {
            end(exchange);
            failed.add(exchange.resolver());
            askNext();
        }
    }

    private void end(Exchange exchange) {
        exchange.close();
        exchanges.remove(exchange);
    }

    private void finish(@Nullable StoredAnswer answer) {
        if (!done) {
            done = true;
            exchanges.forEach(Exchange::close);
            exchanges.clear();
            cancel(end);
            cancel(patience);
            finished.accept(answer);
        }
    }

    private static void cancel(@Nullable Deadline deadline) {
        if (deadline != null) {
            deadline.cancel();
        }
    }
}
