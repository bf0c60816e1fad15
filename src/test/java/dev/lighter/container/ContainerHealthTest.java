package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.container.ContainerHealth.Probed;
import dev.lighter.container.ContainerHealth.Verdict;
import dev.lighter.image.Healthcheck;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContainerHealthTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final long SECOND = 1_000_000_000L;
    private static final Healthcheck TWICE =
            new Healthcheck(List.of("CMD", "probe"), SECOND, SECOND, 2, 10 * SECOND, 0);

    private static Probed probed(int second, int code) {
        return new Probed(NOON.plusSeconds(second), NOON.plusSeconds(second + 1), code, "n" + second);
    }

    @Test
    void failuresCountFromTheEndOfTheStartPeriod() {
        ContainerHealth health = ContainerHealth.starting(null).after(probed(9, 1), TWICE, NOON);
        assertThat(health.failingStreak()).isZero();
        health = health.after(probed(10, 1), TWICE, NOON);
        assertThat(health.verdict()).isEqualTo(Verdict.STARTING);
        assertThat(health.failingStreak()).isEqualTo(1);
        assertThat(health.after(probed(11, -1), TWICE, NOON).verdict()).isEqualTo(Verdict.UNHEALTHY);
    }

    @Test
    void afterASuccessFailuresCountEvenInTheStartPeriod() {
        ContainerHealth health = ContainerHealth.starting(null).after(probed(1, 0), TWICE, NOON);
        assertThat(health.verdict()).isEqualTo(Verdict.HEALTHY);
        health = health.after(probed(2, 1), TWICE, NOON);
        assertThat(health.verdict()).isEqualTo(Verdict.HEALTHY);
        health = health.after(probed(3, 1), TWICE, NOON);
        assertThat(health.verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(health.after(probed(4, 0), TWICE, NOON)).satisfies(again -> {
            assertThat(again.verdict()).isEqualTo(Verdict.HEALTHY);
            assertThat(again.failingStreak()).isZero();
        });
    }

    @Test
    void theLatestFiveAreKeptOverAnEnd() {
        ContainerHealth health = ContainerHealth.starting(null);
        for (int i = 0; i < 7; i++) {
            health = health.after(probed(i, 0), TWICE, NOON);
        }
        assertThat(health.log()).extracting(Probed::output).containsExactly("n2", "n3", "n4", "n5", "n6");
        ContainerHealth ended = health.ended();
        assertThat(ended.verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(ContainerHealth.starting(ended).log()).hasSize(5);
        assertThat(ContainerHealth.starting(ended).verdict()).isEqualTo(Verdict.STARTING);
    }

    @Test
    void whatIsNotSaidIsTheImages() {
        Healthcheck image = new Healthcheck(List.of("CMD", "image"), 1, 2, 3, 4, 5);
        assertThat(new Healthcheck(List.of(), 0, 0, 0, 0, 0).over(image)).isEqualTo(image);
        assertThat(new Healthcheck(List.of("NONE"), 9, 0, 8, 0, 7).over(image))
                .isEqualTo(new Healthcheck(List.of("NONE"), 9, 2, 8, 4, 7));
        assertThat(Supervision.none().over(image).healthcheck()).isEqualTo(image);
        assertThat(Supervision.none().over(null).healthcheck()).isNull();
    }

    @Test
    void theProbeIsTheCommandOrALineForTheShell() {
        assertThat(probe(List.of(), "CMD", "a", "b")).containsExactly("a", "b");
        assertThat(probe(List.of(), "CMD-SHELL", "a b")).containsExactly("/bin/sh", "-c", "a b");
        assertThat(probe(List.of("/bin/bash", "-ec"), "CMD-SHELL", "a b")).containsExactly("/bin/bash", "-ec", "a b");
        assertThat(probe(List.of(), "NONE")).isEmpty();
        assertThat(probe(List.of())).isEmpty();
        assertThat(probe(List.of(), "ELSE", "a")).isEmpty();
    }

    private static List<String> probe(List<String> shell, String... test) {
        return Supervision.none()
                .withHealthcheck(new Healthcheck(List.of(test), 0, 0, 0, 0, 0))
                .probe(shell);
    }
}
