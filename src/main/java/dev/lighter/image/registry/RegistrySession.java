package dev.lighter.image.registry;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What one pull or push has to say to one server: finds out how the server is spoken to, authorizes, follows redirections, tries again what
 * failed for a passing reason. Safe for all threads.
 */
final class RegistrySession {
    private static final int MOST_REDIRECTIONS = 8;
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
        List<RegistryException> failures = new ArrayList<>();
        for (URI candidate : candidates) {
            try {
                Authorizer fresh = new Authorizer(candidate, credentials, exchange, rules);
                greet(candidate, fresh);
                base = candidate;
                authorizer = fresh;
                return candidate;
            } catch (RegistryException e) {
                failures.add(e);
                boolean another = e.reason() == RegistryException.Reason.UNREACHABLE
                        || candidate.getScheme().equals("https") && e.isPassing() && isNoTls(e);
                if (!another) {
                    throw e;
                }
            }
        }
        throw failures.get(failures.size() - 1);
    }

    /** A server of plain HTTP answers the beginning of TLS with something else, or hangs up. */
    private static boolean isNoTls(RegistryException failure) {
        Throwable cause = failure.getCause();
        return cause != null
                && (HttpExchange.cause(cause, SSLException.class) != null
                        || String.valueOf(cause.getMessage()).contains("reset")
                        || HttpExchange.cause(cause, EOFException.class) != null
                        || String.valueOf(cause.getMessage()).contains("EOF"));
    }

    /** Asks the server for anything: that it answers is enough, and how it wants to be convinced. */
    private void greet(URI candidate, Authorizer fresh) throws IOException {
        Backoff backoff = new Backoff(settings);
        while (true) {
            try (Answer answer = exchange.send(Call.of("GET", URI.create(candidate + "/v2/")), "")) {
                if (answer.status() == 401) {
                    Challenge wanted = Challenge.choose(answer.headers("WWW-Authenticate"));
                    if (wanted != null && wanted.scheme().equals("basic") && credentials.username().isEmpty()) {
                        // What may be seen without a password is not known yet.
                        return;
                    }
                    var ignored = fresh.challenged(answer, "", Set.of());
                    return;
                }
                if (answer.status() != 429 && answer.status() < 500) {
                    return;
                }
                backoff.await(answer.failure());
            } catch (RegistryException e) {
                if (isNoTls(e)) {
                    throw e;
                }
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
            if (!REDIRECTIONS.contains(answer.status()) || answer.header("Location").isEmpty() || !repeatable) {
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
