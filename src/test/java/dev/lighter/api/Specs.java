package dev.lighter.api;

import dev.lighter.container.ContainerSpec;
import dev.lighter.container.NetworkOptions;
import dev.lighter.container.Supervision;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What containers of tests were asked to be. */
final class Specs {
    private Specs() {}

    /** One that sleeps for a second, with limits, and with this of the network. */
    static ContainerSpec on(NetworkOptions network) {
        ContainerSpec.Resources limits =
                new ContainerSpec.Resources(1 << 28, 0, 0, 1_500_000_000, 0, 0, 0, "", "", null, List.of());
        return new ContainerSpec(
                "app",
                "sha256:1",
                Instant.parse("2026-01-31T12:00:00Z"),
                List.of("sleep"),
                List.of("1"),
                List.of(),
                "/",
                "",
                "host",
                "",
                Map.of(),
                "",
                null,
                new ContainerSpec.Streams(false, true, true, false, false, false),
                false,
                limits,
                List.of(),
                List.of(),
                List.of(),
                false,
                List.of(),
                network,
                "",
                Map.of(),
                Supervision.none(),
                ContainerSpec.Isolation.USUAL,
                ContainerSpec.Storage.NONE);
    }
}
