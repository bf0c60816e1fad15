package dev.lighter.team;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Names and passwords that come with every request. A password is checked in full once a minute, which takes tens of milliseconds; in between it is
 * known again by a digest with a key that ends with the engine. Wrong ones count as failed sign-ins. Safe for all threads.
 */
@Service
public class Credentials {
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);
    private static final int MOST_KNOWN = 1000;
    private static final int LOCKS = 16;

    private final AccountService accounts;
    private final TokenService tokens;
    private final SignInThrottle throttle;
    private final Clock clock;
    private final SecretKeySpec key;
    private final Object[] checking = Stream.generate(Object::new).limit(LOCKS).toArray();
    private final Map<String, Known> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_KNOWN;
        }
    };

    Credentials(AccountService accounts, TokenService tokens, SignInThrottle throttle, Clock clock) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.throttle = throttle;
        this.clock = clock;
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    private record Known(Account account, Instant until) {}

    /**
     * What a check came to.
     *
     * @param identity who it is; null where no account has this name and password
     * @param pause how long to wait before the next attempt; zero where it need not be waited
     */
    public record Result(@Nullable Identity identity, Duration pause) {}

    /** Checks a name with its password, or any name with a token in the place of the password. */
    public Result check(String name, String password, String address) {
        if (password.startsWith(TokenService.PREFIX)) {
            Optional<Identity> found = tokens.find(password);
            return found.isPresent()
                    ? new Result(found.get(), Duration.ZERO)
                    : new Result(null, throttle.attempt(name, address));
        }
        String digest = digest(name, password);
        // Clients begin with several requests at a time: only the first is an attempt.
        synchronized (checking[Math.floorMod(name.hashCode(), checking.length)]) {
            Optional<Account> account = remembered(digest);
            if (account.isEmpty()) {
                Duration pause = throttle.attempt(name, address);
                if (!pause.isZero()) {
                    return new Result(null, pause);
                }
                account = accounts.authenticate(name, password);
                account.ifPresent(checked -> {
                    throttle.succeeded(name, address);
                    remember(digest, checked);
                });
            }
            return new Result(
                    account.map(known -> new Identity(known, Identity.Means.PASSWORD))
                            .orElse(null),
                    Duration.ZERO);
        }
    }

    private synchronized Optional<Account> remembered(String digest) {
        Known entry = known.get(digest);
        return entry == null || !entry.until.isAfter(clock.instant()) ? Optional.empty() : Optional.of(entry.account);
    }

    private synchronized void remember(String digest, Account account) {
        known.remove(digest);
        known.put(digest, new Known(account, clock.instant().plus(KNOWN_FOR)));
    }

    /** Of the name and the password, and of the hash that is stored now: a password that was changed is not known again. */
    private String digest(String name, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(
                    (name.length() + " " + name + password.length() + " " + password).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of()
                    .formatHex(mac.doFinal(accounts.passwordHash(name).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
