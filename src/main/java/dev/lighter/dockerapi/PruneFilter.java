package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.network.Network;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which unused networks are to go: those made before a time, with some labels and without others. */
final class PruneFilter implements Predicate<Network> {
    private static final Set<String> KNOWN = Set.of("label", "label!", "until");

    private final Filters filters;
    private final @Nullable Instant until;

    private PruneFilter(Filters filters, Instant now) {
        this.filters = filters;
        List<String> asked = filters.get("until");
        if (asked.size() > 1) {
            throw EngineException.invalid("more than one until filter specified");
        }
        until = asked.isEmpty() ? null : Timestamps.parseOrAgo("until", asked.get(0), now);
    }

    static PruneFilter parse(@Nullable String parameter, Instant now) {
        return new PruneFilter(Filters.parse(parameter, KNOWN), now);
    }

    @Override
    public boolean test(Network network) {
        return (until == null || network.created().isBefore(until))
                && filters.acceptsLabels(network.labels())
                && filters.get("label!").stream().noneMatch(asked -> Filters.hasLabel(network.labels(), asked));
    }
}
