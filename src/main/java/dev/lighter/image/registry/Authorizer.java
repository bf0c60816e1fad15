package dev.lighter.image.registry;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Answers one server's challenges, with a password or with tokens from where the server says. Passwords go to the server they are for and to
 * the token service that it names, nowhere else. Safe for all threads.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token authentication</a>
 */
final class Authorizer {
    private static final int LARGEST_TOKEN = 1 << 20;
    private static final long USUAL_SECONDS = 60;
    private static final long LONGEST_SECONDS = 3600;
    private static final long MARGIN_SECONDS = 5;

    private final URI origin;
    private final Credentials credentials;
    private final HttpExchange exchange;
    private final AddressRules rules;
    private final Map<String, Token> tokens = new HashMap<>();
    private @Nullable Challenge challenge;

    private record Token(String value, long deadlineNanos) {}

    Authorizer(URI origin, Credentials credentials, HttpExchange exchange, AddressRules rules) {
        this.origin = origin;
        this.credentials = credentials;
        this.exchange = exchange;
        this.rules = rules;
    }

    /** The header for a request that needs these scopes, as far as the server has said what it wants; else empty. */
    synchronized String header(Set<String> scopes) throws IOException {
        Challenge known = challenge;
        if (known == null) {
            return "";
        }
        if (known.scheme().equals("basic")) {
            return credentials.username().isEmpty() ? "" : credentials.basic();
        }
        if (!credentials.registryToken().isEmpty()) {
            return "Bearer " + credentials.registryToken();
        }
        String key = String.join(" ", scopes);
        Token token = tokens.get(key);
        if (token == null || System.nanoTime() - token.deadlineNanos > 0) {
            token = fetch(known, scopes);
            tokens.put(key, token);
        }
        return "Bearer " + token.value;
    }

    /**
     * Takes in that a request with this header was answered with 401. Gives whether another attempt makes sense.
     *
     * @param used the header that was refused, or empty
     */
    synchronized boolean challenged(Answer answer, String used, Set<String> scopes) throws IOException {
        Challenge newest = Challenge.choose(answer.headers("WWW-Authenticate"));
        if (newest == null) {
            return false;
        }
        boolean first = challenge == null || !challenge.scheme().equals(newest.scheme());
        challenge = newest;
        if (newest.scheme().equals("basic")) {
            if (credentials.username().isEmpty()) {
                throw RegistryException.of(
                        RegistryException.Reason.UNAUTHORIZED, answer.what() + ": no basic auth credentials", null);
            }
            return first || used.isEmpty();
        }
        String key = String.join(" ", scopes);
        Token token = tokens.get(key);
        // A token that another thread has got meanwhile may be good.
        if (token != null && used.equals("Bearer " + token.value)) {
            tokens.remove(key);
        }
        return credentials.registryToken().isEmpty() || used.isEmpty();
    }

    private Token fetch(Challenge bearer, Set<String> scopes) throws IOException {
        String realm = bearer.parameter("realm");
        if (realm.isEmpty()) {
            throw RegistryException.broken(RegistryHost.of(origin) + " wants a token and does not say from where");
        }
        URI service = RegistryHost.resolve(origin, realm);
        if (origin.getScheme().equals("https") && !service.getScheme().equalsIgnoreCase("https")) {
            throw RegistryException.forbidden(RegistryHost.of(origin) + " asks for a token from "
                    + RegistryHost.of(service) + " in plain HTTP, where others could read it");
        }
        rules.check(origin, origin, service);
        try (Answer answer = ask(service, bearer.parameter("service"), scopes)) {
            if (!answer.isGood()) {
                throw answer.failure();
            }
            JsonNode json = answer.json(LARGEST_TOKEN);
            String value = json.path("token").asString("");
            value = value.isEmpty() ? json.path("access_token").asString("") : value;
            if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw RegistryException.broken(answer.what() + ": the answer holds no token");
            }
            long seconds = json.path("expires_in").asLong(USUAL_SECONDS);
            seconds = Math.max(1, Math.min(seconds <= 0 ? USUAL_SECONDS : seconds, LONGEST_SECONDS) - MARGIN_SECONDS);
            return new Token(value, System.nanoTime() + seconds * 1_000_000_000L);
        }
    }

    private Answer ask(URI service, String name, Set<String> scopes) throws IOException {
        if (!credentials.identityToken().isEmpty()) {
            String form = form(
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    credentials.identityToken(),
                    "client_id",
                    "lighter",
                    "service",
                    name,
                    "scope",
                    String.join(" ", scopes));
            return exchange.send(
                    Call.of("POST", service)
                            .with("application/x-www-form-urlencoded", form.getBytes(StandardCharsets.UTF_8)),
                    "");
        }
        StringBuilder query = new StringBuilder();
        if (!name.isEmpty()) {
            query.append('&').append(form("service", name));
        }
        scopes.forEach(scope -> query.append('&').append(form("scope", scope)));
        String authorization = "";
        if (!credentials.username().isEmpty()) {
            query.append('&').append(form("account", credentials.username()));
            authorization = credentials.basic();
        }
        String before = service.getRawQuery() == null ? "" : service.getRawQuery() + "&";
        String all = before + (query.isEmpty() ? "" : query.substring(1));
        URI uri = URI.create(service.getScheme() + "://" + service.getRawAuthority() + service.getRawPath()
                + (all.isEmpty() ? "" : "?" + all));
        return exchange.send(Call.of("GET", uri), authorization);
    }

    private static String form(String... pairs) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            parts.add(pairs[i] + "=" + URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
        }
        return String.join("&", parts);
    }
}
