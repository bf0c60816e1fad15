package dev.lighter.dashboard;

import dev.lighter.container.ContainerSpec;
import dev.lighter.container.ContainerState;
import dev.lighter.container.ContainerView;
import dev.lighter.network.port.PublishedPort;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container in the words of the pages, for the first paint; the page's script goes on from there with the same parts.
 *
 * @param kind the colour and shape of its state
 * @param label its state in a word or two
 * @param since how long it has been so
 * @param exitCode null while it has not ended
 * @param ports those that are reachable at the host, in one line
 */
record ContainerRow(
        String id,
        String shortId,
        String name,
        String image,
        String command,
        String kind,
        String label,
        String since,
        String error,
        boolean running,
        @Nullable Integer exitCode,
        String ports) {
    /** What the page's template of a new row is made from. */
    static final ContainerRow BLANK = new ContainerRow("", "", "", "", "", "created", "", "", "", false, null, "");

    static ContainerRow of(ContainerView view, List<PublishedPort> ports, Instant now) {
        ContainerState state = view.state();
        Glance glance = Glance.of(state);
        return new ContainerRow(
                view.id(),
                view.shortId(),
                view.name(),
                view.spec().image(),
                ShellWords.join(view.spec().command()),
                glance.kind(),
                glance.label(),
                since(view.spec(), state, now),
                state.error(),
                state.isRunning(),
                state.finishedAt() == null ? null : (Integer) state.exitCode(),
                PortWords.join(ports));
    }

    private static String since(ContainerSpec spec, ContainerState state, Instant now) {
        if (state.isRunning() && state.startedAt() != null) {
            return "up " + Words.duration(Duration.between(state.startedAt(), now));
        }
        return Optional.ofNullable(state.finishedAt())
                .map(finished -> "ended " + Words.ago(finished, now))
                .orElseGet(() -> "created " + Words.ago(spec.created(), now));
    }

    /** A state for the eye: the kind decides on colour and shape. */
    private record Glance(String kind, String label) {
        static Glance of(ContainerState state) {
            return switch (state.status()) {
                case RUNNING -> new Glance("running", "Running");
                case PAUSED -> new Glance("busy", "Paused");
                case RESTARTING -> new Glance("busy", "Restarting");
                case CREATED ->
                    state.error().isEmpty() ? new Glance("created", "Created") : new Glance("failed", "Not started");
                case REMOVING -> new Glance("busy", "Removing");
                case EXITED -> ended(state);
            };
        }

        private static Glance ended(ContainerState state) {
            if (state.oomKilled()) {
                return new Glance("failed", "Out of memory");
            }
            return state.exitCode() == 0
                    ? new Glance("ended", "Exited")
                    : new Glance("failed", "Exited " + state.exitCode());
        }
    }
}
