package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lighter.error.EngineException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartsTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    private static ContainerState ended(int code, int restarts, boolean stopped) {
        return new ContainerState(
                ContainerState.Status.EXITED, 0, code, false, "", NOON, NOON.plusSeconds(1), restarts, stopped, null);
    }

    @Test
    void waitsGrowTwofoldUpToAMinute() {
        long wait = 0;
        long[] expected = {100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000};
        for (long one : expected) {
            wait = Restarts.next(wait, NOON, NOON.plusSeconds(1));
            assertThat(wait).isEqualTo(one);
        }
        assertThat(Restarts.next(wait, NOON, NOON.plusSeconds(10))).isEqualTo(100);
        assertThat(Restarts.next(wait, NOON, NOON.plusMillis(9_999))).isEqualTo(60_000);
    }

    @ParameterizedTest
    @CsvSource({
        "no, 0, 1, 0, false, false",
        "always, 0, 0, 9, false, true",
        "always, 0, 1, 0, true, false",
        "unless-stopped, 0, 0, 0, false, true",
        "unless-stopped, 0, 0, 0, true, false",
        "on-failure, 0, 0, 0, false, false",
        "on-failure, 0, 1, 99, false, true",
        "on-failure, 3, 1, 2, false, true",
        "on-failure, 3, 1, 3, false, false",
        "on-failure, 3, 137, 0, true, false"
    })
    void policiesDecide(String policy, int most, int code, int restarts, boolean stopped, boolean wanted) {
        assertThat(Supervision.of(policy, most).wantsRestart(ended(code, restarts, stopped)))
                .isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource({
        "always, false, true",
        "always, true, true",
        "unless-stopped, false, true",
        "unless-stopped, true, false",
        "on-failure, false, false",
        "no, false, false"
    })
    void anEnginesStartDecides(String policy, boolean stopped, boolean wanted) {
        assertThat(Supervision.of(policy, 0).wantsStart(ended(0, 0, stopped))).isEqualTo(wanted);
        assertThat(Supervision.of(policy, 0).wantsStart(ContainerState.created()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sometimes | 0 | false | unknown policy 'sometimes'",
                "on-failure | -1 | false | cannot be negative",
                "always | 2 | false | can only be used with 'on-failure'",
                "always | 0 | true | can't create 'AutoRemove' container with restart policy"
            })
    void whatMakesNoSenseIsRefused(String policy, int most, boolean autoRemove, String words) {
        assertThatThrownBy(() -> Supervision.of(policy, most).check(autoRemove))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(words);
    }

    @Test
    void anEmptyPolicyIsNone() {
        assertThat(Supervision.of("", 0)).isEqualTo(Supervision.none());
    }
}
