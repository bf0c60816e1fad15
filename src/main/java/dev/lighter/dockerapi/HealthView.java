package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerHealth;
import dev.lighter.container.ContainerState;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a container's probes have found, in Docker's words. */
record HealthView(
        @JsonProperty("Status") String status,
        @JsonProperty("FailingStreak") int failingStreak,
        @JsonProperty("Log") List<Result> log) {
    /** One probe. */
    record Result(
            @JsonProperty("Start") String start,
            @JsonProperty("End") String end,
            @JsonProperty("ExitCode") int exitCode,
            @JsonProperty("Output") String output) {}

    static @Nullable HealthView of(@Nullable ContainerHealth health) {
        if (health == null) {
            return null;
        }
        return new HealthView(
                word(health),
                health.failingStreak(),
                health.log().stream()
                        .map(probed -> new Result(
                                probed.start().toString(), probed.end().toString(), probed.exitCode(), probed.output()))
                        .toList());
    }

    /** The word for a container's health; {@code none} where it is not probed. */
    static String word(@Nullable ContainerHealth health) {
        return health == null ? "none" : health.verdict().name().toLowerCase(Locale.ROOT);
    }

    /** What a list shows behind the time for which a container has run. */
    static String suffix(ContainerState state) {
        ContainerHealth health = state.health();
        if (health == null) {
            return "";
        }
        return health.verdict() == ContainerHealth.Verdict.STARTING ? " (health: starting)" : " (" + word(health) + ")";
    }
}
