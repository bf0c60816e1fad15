package dev.lighter.team;

import dev.lighter.error.EngineException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/**
 * Tokens for scripts. All that are not revoked are in memory beside their rows, so that a request with a token costs no query; when a token was last
 * used is recorded once a minute at most. Safe for all threads.
 */
@Service
public class TokenService implements DisposableBean {
    /** What every token begins with, so that leaked ones can be searched for. */
    public static final String PREFIX = "lt_";

    private static final Duration LAST_USED_STEP = Duration.ofMinutes(1);
    private static final int LONGEST_NAME = 100;
    private static final int MOST_PER_ACCOUNT = 1000;

    private final TeamStore store;
    private final Clock clock;
    private final Map<String, Entry> byHash = new ConcurrentHashMap<>();
    private final ExecutorService recorder = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "lighter-token-use");
        thread.setDaemon(true);
        return thread;
    });

    TokenService(TeamStore store, AccountService accounts, Clock clock) {
        this.store = store;
        this.clock = clock;
        store.tokens()
                .forEach(row -> accounts.find(row.accountId())
                        .ifPresent(account -> byHash.put(row.secretHash(), new Entry(row.token(), account))));
    }

    private record Entry(Token token, Account account) {}

    /**
     * Makes a token for an account.
     *
     * @param expiresAt null for never
     */
    public IssuedToken issue(Account account, String name, @Nullable Instant expiresAt) {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw EngineException.invalid("a token needs a name of 1 to " + LONGEST_NAME + " characters");
        }
        Instant now = clock.instant();
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            throw EngineException.invalid("the token would have expired already: choose a time in the future");
        }
        if (list(account).size() >= MOST_PER_ACCOUNT) {
            throw EngineException.conflict(
                    "the account has " + MOST_PER_ACCOUNT + " tokens: revoke those that nobody needs any more");
        }
        String secret = PREFIX + Secrets.random();
        String hash = Secrets.hash(secret);
        Token token = new Token(Secrets.id(), name, now, expiresAt, null);
        store.insert(token, account.id(), hash);
        byHash.put(hash, new Entry(token, account));
        return new IssuedToken(token, secret);
    }

    /** An account's tokens that are not revoked, newest first. */
    public List<Token> list(Account account) {
        return byHash.values().stream()
                .filter(entry -> entry.account.id().equals(account.id()))
                .map(Entry::token)
                .sorted(Comparator.comparing(Token::createdAt).reversed().thenComparing(Token::id))
                .toList();
    }

    /** Makes a token of an account useless, from the next request on. */
    public void revoke(Account account, String tokenId) {
        Map.Entry<String, Entry> found = byHash.entrySet().stream()
                .filter(entry -> entry.getValue().token.id().equals(tokenId)
                        && entry.getValue().account.id().equals(account.id()))
                .findFirst()
                .orElseThrow(() -> EngineException.notFound("no such token: " + tokenId));
        store.revoke(tokenId, clock.instant());
        byHash.remove(found.getKey());
    }

    /** Who has this secret. */
    public Optional<Identity> find(String secret) {
        if (!secret.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String hash = Secrets.hash(secret);
        Entry entry = byHash.get(hash);
        Instant now = clock.instant();
        if (entry == null || !entry.token.isValid(now)) {
            return Optional.empty();
        }
        Instant lastUsed = entry.token.lastUsedAt();
        if (lastUsed == null || lastUsed.plus(LAST_USED_STEP).isBefore(now)) {
            Entry used = new Entry(entry.token.usedAt(now), entry.account);
            if (byHash.replace(hash, entry, used)) {
                recorder.execute(() -> store.used(entry.token.id(), now));
            }
        }
        return Optional.of(new Identity(entry.account, Identity.Means.TOKEN));
    }

    @Override
    public void destroy() {
        recorder.shutdown();
    }
}
