package dev.lighter.container;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.launch.ContainerLauncher;
import dev.lighter.network.ContainerNetworking;
import dev.lighter.network.EndpointPlan;
import dev.lighter.network.EndpointSettings;
import dev.lighter.network.NameFacts;
import dev.lighter.network.Network;
import dev.lighter.network.NetworkConnections;
import dev.lighter.network.NetworkService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where containers are in networks: decides which, and lets them come and go. Calls about one container come under its lock. */
final class ContainerPlaces {
    private final ContainerRegistry registry;
    private final ContainerNetworking networking;
    private final NetworkConnections connections;
    private final NetworkService networks;
    private final ContainerLauncher launcher;
    private final ContainerDirectories directories;
    private final EtcFiles etc;

    ContainerPlaces(
            ContainerRegistry registry,
            ContainerNetworking networking,
            NetworkConnections connections,
            NetworkService networks,
            ContainerLauncher launcher,
            ContainerDirectories directories,
            EtcFiles etc) {
        this.registry = registry;
        this.networking = networking;
        this.connections = connections;
        this.networks = networks;
        this.launcher = launcher;
        this.directories = directories;
        this.etc = etc;
    }

    /** A specification in which a container whose network is shared is named by its id; it has that one's host name, too. */
    ContainerSpec resolved(ContainerSpec spec) {
        NetworkOptions options = spec.network();
        if (!options.isShared()) {
            return spec;
        }
        Container other = registry.find(options.mode().substring(NetworkOptions.CONTAINER.length()));
        if (other.spec.network().isShared()) {
            throw EngineException.invalid("cannot join the network of container " + other.name
                    + ": it shares another's itself: name that one");
        }
        return spec.inNetworkOf(other.id, other.spec.hostname());
    }

    /** Where a new container is to be. */
    EndpointPlan plan(Container container, Map<String, EndpointSettings> asked) {
        NetworkOptions options = container.spec.network();
        if (options.isShared()) {
            return networking.plan(container.id, Map.of(), List.of());
        }
        if (options.isNone()) {
            return networking.plan(container.id, Map.of("none", EndpointSettings.NONE), List.of());
        }
        for (String link : options.links()) {
            requireLinked(link);
        }
        Map<String, EndpointSettings> places = new LinkedHashMap<>();
        Network first = networks.get(options.network());
        if (asked.isEmpty() || !options.isDefault()) {
            places.put(first.id(), EndpointSettings.NONE);
        }
        asked.forEach((reference, settings) -> places.put(
                networks.get(reference.equals("default") ? Network.DEFAULT : reference)
                        .id(),
                settings));
        places.computeIfPresent(first.id(), (id, settings) -> completed(settings, options));
        return networking.plan(container.id, places, container.names());
    }

    private void requireLinked(String link) {
        String container = link.replaceFirst("^/", "").replaceFirst(":.*", "");
        try {
            registry.find(container);
        } catch (EngineException e) {
            throw new EngineException(e.kind(), "could not get container for " + container + ": " + e.getMessage(), e);
        }
    }

    /** Settings of the first network with what older clients say outside of them. */
    private static EndpointSettings completed(EndpointSettings settings, NetworkOptions options) {
        List<String> links = new ArrayList<>(settings.links());
        options.links().stream().filter(link -> !links.contains(link)).forEach(links::add);
        return new EndpointSettings(
                settings.aliases(),
                links,
                settings.ipv4Address(),
                settings.ipv6Address(),
                settings.linkLocalAddresses(),
                settings.macAddress().isEmpty() ? options.macAddress() : settings.macAddress(),
                settings.options(),
                settings.gatewayPriority());
    }

    /** Begins to make the network of a container that starts. */
    StartingNetwork open(Container container) {
        NetworkOptions options = container.spec.network();
        if (options.isShared()) {
            Container other = registry.find(options.mode().substring(NetworkOptions.CONTAINER.length()));
            return StartingNetwork.of(other, directories.of(other.id), container, networking, etc);
        }
        if (options.isHost()) {
            return StartingNetwork.ofHost(container, networking, etc);
        }
        if (!options.isNone()) {
            // A network that was removed meanwhile must not be missed silently.
            networks.get(options.network());
        }
        return StartingNetwork.own(container, networking, etc);
    }

    void connect(Container container, String network, EndpointSettings settings) {
        NetworkOptions options = container.spec.network();
        String name = networks.get(network).name();
        if (options.isShared() || options.isHost()) {
            throw EngineException.forbidden("container sharing network namespace with another container or host cannot"
                    + " be connected to any other network");
        }
        if (name.equals("host")) {
            throw EngineException.forbidden(
                    "cannot connect container to host network - container must be created in" + " host network mode");
        }
        if (options.isNone() || name.equals("none")) {
            throw EngineException.forbidden("container cannot be connected to multiple networks with one of the"
                    + " networks in private (none) mode");
        }
        try (Namespace namespace = new Namespace(container)) {
            connections.connect(container.id, container.needs(), network, settings, container.names(), namespace.open);
        }
    }

    void disconnect(Container container, String network, boolean force) {
        Network from;
        try {
            from = networks.get(network);
        } catch (EngineException e) {
            if (force && e.kind() == EngineException.Kind.NOT_FOUND) {
                return;
            }
            throw e;
        }
        if (from.name().equals("host")) {
            throw EngineException.forbidden(
                    "container cannot be disconnected from host network or connected to host network");
        }
        if (force
                && networks.endpointsOf(container.id).stream()
                        .noneMatch(at -> at.networkId().equals(from.id()))) {
            return;
        }
        try (Namespace namespace = new Namespace(container)) {
            connections.disconnect(container.id, container.needs(), from.id(), namespace.open);
        }
    }

    /** Writes the files of names of a running container anew. */
    void configure(Container container) throws IOException {
        NameFacts facts = networking.names(container.id);
        launcher.configure(
                directories.of(container.id), etc.hosts(container.spec, facts), etc.resolvConf(container.spec, facts));
    }

    /** The network namespace of a container, open while it is needed; none when the container does not run. */
    private static final class Namespace implements AutoCloseable {
        private final @Nullable NetworkNamespace open;

        Namespace(Container container) {
            open = container.running == null ? null : StartingNetwork.namespaceOf(container);
        }

        @Override
        public void close() {
            if (open != null) {
                open.close();
            }
        }
    }
}
