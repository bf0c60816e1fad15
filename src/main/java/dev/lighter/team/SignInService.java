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
import org.springframework.stereotype.Service;

/**
 * Browsers that are signed in. Each has a secret in its cookie, made at the sign-in and kept here as a hash, so that sign-ins outlive the
 * engine's process. Safe for all threads.
 */
@Service
public class SignInService {
    /** How long a sign-in lasts. */
    public static final Duration LIFETIME = Duration.ofHours(12);

    private static final int MOST_PER_ACCOUNT = 50;

    private final TeamStore store;
    private final AccountService accounts;
    private final SignInThrottle throttle;
    private final Clock clock;
    private final Map<String, SignIn> byHash = new ConcurrentHashMap<>();

    SignInService(TeamStore store, AccountService accounts, SignInThrottle throttle, Clock clock) {
        this.store = store;
        this.accounts = accounts;
        this.clock = clock;
        this.throttle = throttle;
        store.signIns(clock.instant())
                .forEach(row -> accounts.find(row.accountId())
                        .ifPresent(account -> byHash.put(
                                row.secretHash(),
                                new SignIn(row.secretHash(), account, row.createdAt(), row.expiresAt()))));
    }

    private record SignIn(String hash, Account account, Instant createdAt, Instant expiresAt) {}

    /** What an attempt to sign in came to. */
    public sealed interface Attempt {
        /** The secret for the browser's cookie. */
        record Accepted(String secret) implements Attempt {}

        /** No account has this name and password. */
        record Refused() implements Attempt {}

        /** Too many failures: how long to wait before the next attempt. */
        record Throttled(Duration pause) implements Attempt {}
    }

    /** Tries a name and a password from an address. */
    public Attempt signIn(String name, String password, String address) {
        Duration wait = throttle.attempt(name, address);
        if (!wait.isZero()) {
            return new Attempt.Throttled(wait);
        }
        Optional<Account> account = accounts.authenticate(name, password);
        if (account.isEmpty()) {
            return new Attempt.Refused();
        }
        throttle.succeeded(name, address);
        return new Attempt.Accepted(begin(account.get()));
    }

    private String begin(Account account) {
        Instant now = clock.instant();
        List<SignIn> own = byHash.values().stream()
                .filter(signIn -> signIn.account.id().equals(account.id()))
                .sorted(Comparator.comparing(SignIn::createdAt))
                .toList();
        own.stream().filter(signIn -> !signIn.expiresAt.isAfter(now)).forEach(signIn -> end(signIn.hash));
        own.stream().limit(Math.max(0, own.size() - MOST_PER_ACCOUNT + 1)).forEach(signIn -> end(signIn.hash));
        String secret = Secrets.random();
        SignIn signIn = new SignIn(Secrets.hash(secret), account, now, now.plus(LIFETIME));
        store.insert(new SignInEntity(signIn.hash, account.id(), now, signIn.expiresAt));
        byHash.put(signIn.hash, signIn);
        return secret;
    }

    private void end(String hash) {
        if (byHash.remove(hash) != null) {
            store.deleteSignIn(hash);
        }
    }

    /** Who has this secret in a cookie. */
    public Optional<Identity> find(String secret) {
        SignIn signIn = byHash.get(Secrets.hash(secret));
        return signIn == null || !signIn.expiresAt.isAfter(clock.instant())
                ? Optional.empty()
                : Optional.of(new Identity(signIn.account, Identity.Means.SIGN_IN));
    }

    /** Ends a sign-in. Does nothing when it has ended. */
    public void signOut(String secret) {
        end(Secrets.hash(secret));
    }

    /**
     * Replaces the password of whoever asks, and ends all sign-ins of the account.
     *
     * @param current the present password; not asked for on the unix socket, whose users can do everything anyway, so that a forgotten
     *     password can be replaced there
     */
    public void changePassword(Identity identity, String current, String replacement, String address) {
        Account account = identity.account();
        if (identity.means() != Identity.Means.SOCKET) {
            Duration wait = throttle.attempt(account.name(), address);
            if (!wait.isZero()) {
                throw EngineException.unavailable(
                        "too many attempts with a wrong password: try again in " + (wait.toSeconds() + 1) + " seconds");
            }
            if (accounts.authenticate(account.name(), current).isEmpty()) {
                throw EngineException.forbidden("the current password is wrong: the password was not changed");
            }
            throttle.succeeded(account.name(), address);
        }
        accounts.changePassword(account, replacement);
        byHash.values().removeIf(signIn -> signIn.account.id().equals(account.id()));
    }
}
