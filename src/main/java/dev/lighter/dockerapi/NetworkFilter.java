package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkService;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which networks a list asks for: all given names must accept, one of each name's values is enough. */
final class NetworkFilter implements Predicate<Network> {
    private static final Set<String> KNOWN = Set.of("dangling", "driver", "id", "label", "name", "scope", "type");

    private final Filters filters;
    private final NetworkService networks;
    private final List<Pattern> names;
    private final List<Pattern> ids;
    private final @Nullable Boolean dangling;

    private NetworkFilter(Filters filters, NetworkService networks) {
        this.filters = filters;
        this.networks = networks;
        names = filters.get("name").stream().map(NetworkFilter::part).toList();
        ids = filters.get("id").stream().map(NetworkFilter::part).toList();
        dangling = filters.getBoolean("dangling");
        for (String type : filters.get("type")) {
            if (!type.equals("custom") && !type.equals("builtin")) {
                throw EngineException.invalid("invalid filter: 'type'='" + type + "'");
            }
        }
    }

    static NetworkFilter parse(@Nullable String parameter, NetworkService networks) {
        return new NetworkFilter(Filters.parse(parameter, KNOWN), networks);
    }

    /** Docker finds a value anywhere in a name, as a regular expression; what is none can only be the whole name. */
    private static Pattern part(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            return Pattern.compile("^" + Pattern.quote(value) + "$");
        }
    }

    @Override
    public boolean test(Network network) {
        return filters.accepts("driver", network.driver().word())
                && filters.accepts("scope", "local")
                && filters.accepts("type", network.predefined() ? "builtin" : "custom")
                && filters.acceptsLabels(network.labels())
                && matches(names, network.name())
                && matches(ids, network.id())
                && (dangling == null || dangling == isDangling(network));
    }

    private static boolean matches(List<Pattern> patterns, String value) {
        return patterns.isEmpty()
                || patterns.stream().anyMatch(pattern -> pattern.matcher(value).find());
    }

    private boolean isDangling(Network network) {
        return !network.predefined() && networks.endpoints(network.id()).isEmpty();
    }
}
