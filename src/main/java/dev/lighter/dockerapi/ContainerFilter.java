package dev.lighter.dockerapi;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageService;
import dev.lighter.network.Endpoint;
import dev.lighter.network.NetworkService;
import dev.lighter.network.port.ExposedPort;
import dev.lighter.volume.VolumeService;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which containers a list asks for: all given names must accept, one of each name's values is enough. */
final class ContainerFilter implements Predicate<ContainerView> {
    private static final Set<String> KNOWN = Set.of(
            "ancestor",
            "before",
            "exited",
            "expose",
            "health",
            "id",
            "isolation",
            "is-task",
            "label",
            "name",
            "network",
            "publish",
            "since",
            "status",
            "volume");
    private static final Set<String> STATUSES =
            Set.of("created", "restarting", "running", "removing", "paused", "exited", "dead");

    private final Filters filters;
    private final NetworkService networks;
    private final VolumeService volumes;
    private final List<Pattern> names;
    private final List<Pattern> ids;
    private final Set<Integer> exitCodes;
    private final Ancestors ancestors;
    private final Set<ExposedPort> published;
    private final Set<ExposedPort> exposed;
    private final @Nullable Instant before;
    private final @Nullable Instant since;

    private ContainerFilter(
            Filters filters,
            ContainerService containers,
            ImageService images,
            NetworkService networks,
            VolumeService volumes) {
        this.filters = filters;
        this.networks = networks;
        this.volumes = volumes;
        names = filters.get("name").stream().map(ContainerFilter::pattern).toList();
        ids = filters.get("id").stream().map(ContainerFilter::pattern).toList();
        exitCodes =
                filters.get("exited").stream().map(ContainerFilter::exitCode).collect(Collectors.toSet());
        ancestors = new Ancestors(images, filters.get("ancestor"));
        published = ports("publish");
        exposed = ports("expose");
        before = created(containers, "before");
        since = created(containers, "since");
        for (String status : filters.get("status")) {
            if (!STATUSES.contains(status)) {
                throw EngineException.invalid("invalid filter 'status=" + status + "'");
            }
        }
        for (String health : filters.get("health")) {
            if (!Set.of("none", "starting", "healthy", "unhealthy").contains(health)) {
                throw EngineException.invalid("invalid filter 'health=" + health + "'");
            }
        }
        for (String task : filters.get("is-task")) {
            if (!Set.of("true", "false", "1", "0").contains(task)) {
                throw EngineException.invalid("invalid filter 'is-task=" + task + "'");
            }
        }
    }

    static ContainerFilter parse(
            @Nullable String parameter,
            ContainerService containers,
            ImageService images,
            NetworkService networks,
            VolumeService volumes) {
        return new ContainerFilter(Filters.parse(parameter, KNOWN), containers, images, networks, volumes);
    }

    /** Whether the filter itself says which states are wanted, so that stopped containers are not left out. */
    boolean choosesStates() {
        return filters.has("status") || filters.has("exited");
    }

    private @Nullable Instant created(ContainerService containers, String filter) {
        List<String> asked = filters.get(filter);
        return asked.isEmpty() ? null : containers.get(asked.get(0)).spec().created();
    }

    private static Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw EngineException.invalid("invalid filter: not a regular expression: " + text);
        }
    }

    private static Integer exitCode(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw EngineException.invalid("invalid filter 'exited=" + text + "': not a number");
        }
    }

    @Override
    public boolean test(ContainerView container) {
        return filters.accepts("status", container.state().status().name().toLowerCase(Locale.ROOT))
                && filters.acceptsLabels(container.spec().labels())
                && (names.isEmpty() || names.stream().anyMatch(pattern -> named(pattern, container.name())))
                && (ids.isEmpty()
                        || ids.stream()
                                .anyMatch(pattern ->
                                        pattern.matcher(container.id()).lookingAt()))
                && (exitCodes.isEmpty()
                        || hasEnded(container)
                                && exitCodes.contains(container.state().exitCode()))
                && ancestors.accept(container)
                && (before == null || container.spec().created().isBefore(before))
                && (since == null || container.spec().created().isAfter(since))
                && (!filters.has("network") || isOnNetwork(container))
                && filters.accepts("health", HealthView.word(container.state().health()))
                && (filters.get("is-task").isEmpty()
                        || filters.get("is-task").contains("false")
                        || filters.get("is-task").contains("0"))
                && (!filters.has("volume") || hasVolume(container))
                && (published.isEmpty() || isPublished(container))
                && (exposed.isEmpty() || isExposed(container));
    }

    /** Docker's names begin with a slash, which patterns may give or leave out. */
    private static boolean named(Pattern pattern, String name) {
        return pattern.matcher("/" + name).find() || pattern.matcher(name).find();
    }

    private static boolean hasEnded(ContainerView container) {
        return container.state().finishedAt() != null && !container.state().isRunning();
    }

    private Set<ExposedPort> ports(String filter) {
        Set<ExposedPort> ports = new HashSet<>();
        for (String value : filters.get(filter)) {
            if (value.contains(":")) {
                throw EngineException.invalid("filter for '" + filter + "' should not contain ':': " + value);
            }
            ports.addAll(ExposedPort.parse(value));
        }
        return ports;
    }

    private boolean isPublished(ContainerView container) {
        return container.spec().network().portBindings().stream()
                .anyMatch(binding -> published.contains(new ExposedPort(binding.containerPort(), binding.protocol())));
    }

    private boolean isExposed(ContainerView container) {
        return ExposedPorts.of(container.spec().network()).stream().anyMatch(exposed::contains);
    }

    /** A volume's name, or where something is mounted. */
    private boolean hasVolume(ContainerView container) {
        return MountView.of(container.spec(), volumes).stream()
                .anyMatch(mount -> filters.get("volume").stream()
                        .anyMatch(asked -> asked.equals(mount.name()) || asked.equals(mount.destination())));
    }

    private boolean isOnNetwork(ContainerView container) {
        List<Endpoint> endpoints = networks.endpointsOf(container.id());
        return filters.get("network").stream()
                .anyMatch(asked -> endpoints.stream()
                        .anyMatch(endpoint -> endpoint.networkName().equals(asked)
                                || endpoint.networkId().startsWith(asked)));
    }
}
