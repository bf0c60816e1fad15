package dev.lighter.api;

import dev.lighter.container.ContainerHealth;
import dev.lighter.container.ContainerSpec;
import dev.lighter.container.ContainerState;
import dev.lighter.container.ContainerView;
import dev.lighter.network.Endpoint;
import dev.lighter.network.port.PublishedPort;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container as {@code /api} tells it. */
@Schema(name = "Container")
record ContainerAnswer(
        @Schema(
                description = "64 hexadecimal digits",
                example = "4f2c0e7d9a1b35c86e0f7a2d4b9c1e5f60718293a4b5c6d7e8f90a1b2c3d4e5f")
        String id,

        @Schema(example = "calm_schooner") String name,

        @Schema(description = "The image as it was named at creation", example = "lighter/host")
        String image,

        String imageId,

        @Schema(description = "The program and its arguments", example = "[\"sleep\", \"600\"]")
        List<String> command,

        @Schema(
                allowableValues = {"created", "running", "paused", "restarting", "exited", "removing"},
                example = "running")
        String state,

        boolean running,

        @Schema(
                description = "What its probes have found; none where it is not probed",
                allowableValues = {"none", "starting", "healthy", "unhealthy"},
                example = "healthy")
        String health,

        @Schema(description = "On the host; 0 when it does not run")
        int pid,

        @Schema(description = "Of the latest run") int exitCode,

        @Schema(description = "Whether the kernel ended it for lack of memory")
        boolean oomKilled,

        @Schema(description = "Why the latest start failed, or empty")
        String error,

        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        List<String> env,
        String workingDirectory,
        String user,
        String hostname,
        Map<String, String> labels,

        @Schema(
                description = "default, none, host, container: with the id of another, or the network it starts on",
                example = "shop")
        String networkMode,

        @Schema(description = "Its places on networks, the one that leads outside first")
        List<EndpointAnswer> networks,

        @Schema(description = "Reachable at the host while it runs")
        List<PortAnswer> ports,

        @Schema(description = "Whether it is removed when it ends")
        boolean autoRemove,

        @Schema(description = "Null for no limit", example = "268435456") @Nullable
        Long memoryBytes,

        @Schema(description = "Null for no limit", example = "1.5") @Nullable
        Double cpus,

        @Schema(description = "Null for no limit", example = "100") @Nullable
        Long pidsLimit) {
    private static final double NANOS = 1e9;

    private static String health(ContainerState state) {
        ContainerHealth health = state.health();
        return health == null ? "none" : health.verdict().name().toLowerCase(Locale.ROOT);
    }

    static ContainerAnswer of(ContainerView view, List<Endpoint> endpoints, List<PublishedPort> ports) {
        ContainerSpec spec = view.spec();
        ContainerState state = view.state();
        ContainerSpec.Resources limits = spec.resources();
        Long pids = limits.pidsLimit();
        return new ContainerAnswer(
                view.id(),
                view.name(),
                spec.image(),
                spec.imageId(),
                spec.command(),
                state.status().name().toLowerCase(Locale.ROOT),
                state.isRunning(),
                health(state),
                state.pid(),
                state.exitCode(),
                state.oomKilled(),
                state.error(),
                spec.created(),
                state.startedAt(),
                state.finishedAt(),
                spec.env(),
                spec.workingDirectory(),
                spec.user(),
                spec.hostname(),
                spec.labels(),
                spec.network().mode(),
                endpoints.stream().map(EndpointAnswer::of).toList(),
                ports.stream().map(PortAnswer::of).toList(),
                spec.autoRemove(),
                limits.memory() > 0 ? limits.memory() : null,
                limits.nanoCpus() > 0 ? limits.nanoCpus() / NANOS : null,
                pids != null && pids > 0 ? pids : null);
    }
}
