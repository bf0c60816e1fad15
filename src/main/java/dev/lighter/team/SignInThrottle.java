package dev.lighter.team;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down those who guess passwords: after a few failures in a row each further attempt has to wait, twice as long each time. Remembers
 * a bounded number of pairs of account and address, and of addresses; safe for all threads.
 */
final class SignInThrottle {
    private static final int FREE_FOR_ACCOUNT = 5;
    private static final int FREE_FOR_ADDRESS = 30;
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);
    private static final int REMEMBERED = 10_000;

    private final Clock clock;
    private final Map<String, Failures> byKey = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > REMEMBERED;
        }
    };

    SignInThrottle(Clock clock) {
        this.clock = clock;
    }

    private record Failures(int count, Instant latest, Instant blockedUntil) {}

    /** Counts an attempt, which is a failure until {@link #succeeded} is called; gives how long to wait instead of trying, or zero. */
    synchronized Duration attempt(String account, String address) {
        Instant now = clock.instant();
        Duration wait = wait(pair(account, address), now);
        if (wait.isZero()) {
            wait = wait(address, now);
        }
        if (wait.isZero()) {
            count(pair(account, address), now, FREE_FOR_ACCOUNT);
            count(address, now, FREE_FOR_ADDRESS);
        }
        return wait;
    }

    /** The attempt was none of a guesser. */
    synchronized void succeeded(String account, String address) {
        byKey.remove(pair(account, address));
        byKey.remove(address);
    }

    synchronized int remembered() {
        return byKey.size();
    }

    private Duration wait(String key, Instant now) {
        Failures failures = byKey.get(key);
        return failures == null || !failures.blockedUntil.isAfter(now)
                ? Duration.ZERO
                : Duration.between(now, failures.blockedUntil);
    }

    private void count(String key, Instant now, int free) {
        Failures before = byKey.get(key);
        int count = before == null || before.latest.plus(FORGOTTEN_AFTER).isBefore(now) ? 1 : before.count + 1;
        Duration block = Duration.ZERO;
        if (count >= free) {
            block = Duration.ofSeconds(1L << Math.min(count - free, 20));
            block = block.compareTo(LONGEST) > 0 ? LONGEST : block;
        }
        byKey.put(key, new Failures(count, now, now.plus(block)));
    }

    private static String pair(String account, String address) {
        return address + ' ' + Secrets.hash(account);
    }
}
