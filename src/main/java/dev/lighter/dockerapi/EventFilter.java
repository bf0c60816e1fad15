package dev.lighter.dockerapi;

import dev.lighter.event.Event;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which events a client asks for: all given names must accept, one of each name's values is enough. */
final class EventFilter implements Predicate<Event> {
    /** Types that are also names of filters, which ask for what happened to one thing of the type. */
    private static final Set<String> TYPES =
            Set.of("config", "container", "daemon", "network", "node", "plugin", "secret", "service", "volume");

    private static final Set<String> KNOWN = Set.of(
            "config",
            "container",
            "daemon",
            "event",
            "image",
            "label",
            "network",
            "node",
            "plugin",
            "scope",
            "secret",
            "service",
            "type",
            "volume");

    private final Filters filters;

    private EventFilter(Filters filters) {
        this.filters = filters;
    }

    static EventFilter parse(@Nullable String parameter) {
        return new EventFilter(Filters.parse(parameter, KNOWN));
    }

    @Override
    public boolean test(Event event) {
        return filters.accepts("type", event.type())
                && filters.accepts("scope", "local")
                && acceptsAction(event.action())
                && acceptsImage(event)
                && TYPES.stream().allMatch(type -> acceptsActor(type, event))
                && filters.acceptsLabels(event.attributes());
    }

    /** Some actions say more behind a colon, such as {@code health_status: healthy}: the word before it asks for all of them. */
    private boolean acceptsAction(String action) {
        List<String> asked = filters.get("event");
        return asked.isEmpty() || asked.stream().anyMatch(word -> action.equals(word) || action.startsWith(word + ":"));
    }

    private boolean acceptsActor(String type, Event event) {
        List<String> asked = filters.get(type);
        if (asked.isEmpty()) {
            return true;
        }
        String name = event.attributes().getOrDefault("name", "");
        return event.type().equals(type)
                && asked.stream().anyMatch(word -> event.actorId().startsWith(word) || name.startsWith(word));
    }

    /** What happened to an image, or to a container made from it. */
    private boolean acceptsImage(Event event) {
        List<String> asked = filters.get("image");
        if (asked.isEmpty()) {
            return true;
        }
        boolean image = event.type().equals("image");
        if (!image && !event.type().equals("container")) {
            return false;
        }
        String name = event.attributes().getOrDefault(image ? "name" : "image", "");
        return asked.stream()
                .anyMatch(word -> word.equals(name)
                        || word.equals(untagged(name))
                        || word.equals(name + ":latest")
                        || image && word.equals(event.actorId()));
    }

    private static String untagged(String name) {
        int colon = name.lastIndexOf(':');
        return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
    }
}
