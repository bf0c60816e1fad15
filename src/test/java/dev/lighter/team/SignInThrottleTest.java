package dev.lighter.team;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {
    private final SettableClock clock = new SettableClock();
    private final SignInThrottle throttle = new SignInThrottle(clock);

    private static final class SettableClock extends Clock {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private Duration fail(int times) {
        Duration pause = Duration.ZERO;
        for (int i = 0; i < times; i++) {
            pause = throttle.attempt("admin", "10.0.0.1");
            clock.now = clock.now.plus(pause);
        }
        return pause;
    }

    @Test
    void aFewFailuresCostNothing() {
        assertThat(fail(5)).isZero();
    }

    @Test
    void theWaitDoublesUpToALimit() {
        fail(5);
        Duration before = Duration.ZERO;
        for (int i = 0; i < 8; i++) {
            Duration pause = throttle.attempt("admin", "10.0.0.1");
            assertThat(pause).isGreaterThan(before);
            before = pause;
            clock.now = clock.now.plus(pause);
            assertThat(throttle.attempt("admin", "10.0.0.1")).isZero();
        }
        for (int i = 0; i < 10; i++) {
            before = throttle.attempt("admin", "10.0.0.1");
            clock.now = clock.now.plus(before);
            throttle.attempt("admin", "10.0.0.1");
        }
        assertThat(before).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void othersAreNotSlowedDown() {
        fail(6);

        assertThat(throttle.attempt("admin", "10.0.0.2")).isZero();
        assertThat(throttle.attempt("other", "10.0.0.1")).isZero();
    }

    @Test
    void manyNamesFromOneAddressAreSlowedDown() {
        for (int i = 0; i < 30; i++) {
            assertThat(throttle.attempt("name" + i, "10.0.0.1")).isZero();
        }

        assertThat(throttle.attempt("one more", "10.0.0.1")).isPositive();
    }

    @Test
    void successForgets() {
        fail(5);
        throttle.succeeded("admin", "10.0.0.1");

        assertThat(fail(5)).isZero();
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 30_000; i++) {
            throttle.attempt("name" + i, "address" + i);
        }

        assertThat(throttle.remembered()).isLessThanOrEqualTo(10_000);
    }
}
