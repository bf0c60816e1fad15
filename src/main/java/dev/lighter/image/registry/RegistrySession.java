package dev.lighter.image.registry;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one pull or push has to say to one server: finds out how the server is spoken to, authorizes, follows redirections, tries again what
 * failed for a passing reason. Safe for all threads.
 */
final class RegistrySession {
    private static final int MOST_REDIRECTIONS = 8;
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);

    private final List<URI> candidates;
    private final Credentials credentials;
    private final RegistrySettings settings;
    private final HttpExchange exchange;
    private final AddressRules rules;
    private @Nullable URI base;
    private @Nullable Authorizer authorizer;

    /** @param candidates the addresses below which {@code /v2/} may be, in the order in which they are tried */
    RegistrySession(
            List<URI> candidates,
            Credentials credentials,
            RegistrySettings settings,
            HttpExchange exchange,
            AddressRules rules) {
        this.candidates = candidates;
        this.credentials = credentials;
        this.settings = settings;
        this.exchange = exchange;
        this.rules = rules;
    }

    RegistrySettings settings() {
        return settings;
    }

    /** An address of the registry's interface, from what follows {@code /v2/}. */
    URI at(String path) throws IOException {
        return URI.create(open() + "/v2/" + path);
    }

    /** An address that the registry itself has sent. */
    URI resolve(URI from, String location) throws IOException {
        URI uri = RegistryHost.resolve(from, location);
        rules.check(open(), from, uri);
        return uri;
    }

    /** The server's address, once it has answered. Fails with UNREACHABLE or UNTRUSTED. */
    private synchronized URI open() throws IOException {
        URI known = base;
        if (known != null) {
            return known;
        }
        RegistryException nobody = null;
        for (int i = 0; i < candidates.size() - 1; i++) {
            try {
                if (probe(candidates.get(i))) {
                    return base(candidates.get(i));
                }
            } catch (RegistryException e) {
                if (e.reason() == RegistryException.Reason.UNTRUSTED) {
                    throw e;
                }
                nobody = e.reason() == RegistryException.Reason.UNREACHABLE ? e : nobody;
            }
        }
        URI last = candidates.get(candidates.size() - 1);
        try {
            greet(last);
        } catch (RegistryException e) {
            throw nobody == null ? e : nobody;
        }
        return base(last);
    }

    private URI base(URI found) {
        base = found;
        authorizer = new Authorizer(found, credentials, exchange, rules);
        return found;
    }

    /** Looks whether a server speaks like this at an address; it says so at once or does not. */
    private boolean probe(URI candidate) throws IOException {
        Duration patience = settings.answerTimeout().compareTo(PROBE) < 0 ? settings.answerTimeout() : PROBE;
        try (Answer answer = exchange.send(greeting(candidate), "", patience)) {
            // What servers of TLS answer to those who speak without it.
            return answer.status() != 400;
        }
    }

    private static Call greeting(URI candidate) {
        return Call.of("GET", URI.create(candidate + "/v2/"));
    }

    /** Asks the server for anything: that it answers is enough. */
    private void greet(URI candidate) throws IOException {
        Backoff backoff = new Backoff(settings);
        while (true) {
            try (Answer answer = exchange.send(greeting(candidate), "")) {
                if (answer.status() != 429 && answer.status() < 500) {
                    return;
                }
                throw answer.failure();
            } catch (RegistryException e) {
                backoff.await(e);
            }
        }
    }

    /** The answer to a request that needs these scopes, whatever its status; what passes is tried again. */
    Answer send(Call call, Set<String> scopes) throws IOException {
        Backoff backoff = new Backoff(settings);
        while (true) {
            try {
                Answer answer = authorized(call, scopes);
                if (answer.status() != 429 && answer.status() != 408 && answer.status() < 500) {
                    return answer;
                }
                try (answer) {
                    throw answer.failure();
                }
            } catch (RegistryException e) {
                backoff.await(e);
            }
        }
    }

    /** The same without a second attempt, for what cannot simply be sent again. */
    Answer sendOnce(Call call, Set<String> scopes) throws IOException {
        return authorized(call, scopes);
    }

    private Answer authorized(Call call, Set<String> scopes) throws IOException {
        Authorizer guard = guard();
        String header = guard.header(scopes);
        Answer answer = redirected(call, header);
        if (answer.status() != 401 || !RegistryHost.isSame(answer.uri(), open())) {
            return answer;
        }
        boolean hopeless = false;
        try {
            hopeless = !guard.challenged(answer, header, scopes);
        } finally {
            if (!hopeless) {
                answer.close();
            }
        }
        return hopeless ? answer : redirected(call, guard.header(scopes));
    }

    private Authorizer guard() throws IOException {
        synchronized (this) {
            var ignored = open();
            if (authorizer == null) {
                throw new IllegalStateException("an open session has one");
            }
            return authorizer;
        }
    }

    private Answer redirected(Call call, String authorization) throws IOException {
        URI origin = open();
        Call next = call;
        for (int hop = 0; hop <= MOST_REDIRECTIONS; hop++) {
            boolean home = RegistryHost.isSame(next.uri(), origin);
            Answer answer = exchange.send(next, home ? authorization : "");
            boolean repeatable = call.isQuestion() || answer.status() == 307 || answer.status() == 308;
            if (!REDIRECTIONS.contains(answer.status())
                    || answer.header("Location").isEmpty()
                    || !repeatable) {
                return answer;
            }
            try (answer) {
                URI target = resolve(next.uri(), answer.header("Location"));
                if (next.uri().getScheme().equalsIgnoreCase("https")
                        && !target.getScheme().equalsIgnoreCase("https")) {
                    throw RegistryException.forbidden(RegistryHost.of(next.uri()) + " leads from TLS to plain HTTP at "
                            + RegistryHost.of(target));
                }
                next = call.at(target);
            }
        }
        throw RegistryException.broken(
                Answer.what(call.method(), call.uri()) + ": more than " + MOST_REDIRECTIONS + " redirections");
    }
}
