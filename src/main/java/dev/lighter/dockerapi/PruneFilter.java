package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which of what nobody uses is to go: that made before a time, with some labels and without others. */
final class PruneFilter {
    private static final Set<String> KNOWN = Set.of("label", "label!", "until");
    private static final Set<String> KNOWN_OF_IMAGES = Set.of("dangling", "label", "label!", "until");

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

    static PruneFilter parseForImages(@Nullable String parameter, Instant now) {
        return new PruneFilter(Filters.parse(parameter, KNOWN_OF_IMAGES), now);
    }

    /** Whether only images without a tag are meant, which is usual. */
    boolean danglingOnly() {
        return !Boolean.FALSE.equals(filters.getBoolean("dangling"));
    }

    boolean accepts(Instant created, Map<String, String> labels) {
        return (until == null || created.isBefore(until))
                && filters.acceptsLabels(labels)
                && filters.get("label!").stream().noneMatch(asked -> Filters.hasLabel(labels, asked));
    }
}
