package dev.lighter.network;

import dev.lighter.network.dns.Asker;
import dev.lighter.network.dns.DnsServer;
import dev.lighter.network.dns.NameDirectory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is called what, as each container may see it: only those that share a network with it. A name is looked for among the container's
 * own links, then on its networks; {@code name.network} means one of them. Safe for all threads.
 */
final class NetworkNames implements NameDirectory {
    private final NetworkRegistry registry;
    private final Map<String, List<InetSocketAddress>> resolvers = new ConcurrentHashMap<>();

    NetworkNames(NetworkRegistry registry) {
        this.registry = registry;
    }

    /** The resolvers that a container wants asked in place of the host's; none to forget it. */
    void resolvers(String containerId, List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            resolvers.remove(containerId);
        } else {
            resolvers.put(
                    containerId,
                    addresses.stream()
                            .map(address -> new InetSocketAddress(address, DnsServer.PORT))
                            .toList());
        }
    }

    @Override
    public @Nullable Asker asker(InetAddress source) {
        LiveEndpoint endpoint = registry.at(source);
        return endpoint == null ? null : new Container(endpoint.containerId);
    }

    /** A container that is known to ask, whatever address it asks from. */
    Supplier<Asker> asker(String containerId) {
        return () -> new Container(containerId);
    }

    /** One container that asks. */
    private final class Container implements Asker {
        private final String id;
        private final List<LiveEndpoint> places;

        Container(String id) {
            this.id = id;
            this.places = registry.endpointsOf(id);
        }

        @Override
        public @Nullable List<InetAddress> addresses(String name) {
            Collection<LiveEndpoint> known = linked(name);
            if (known.isEmpty()) {
                known = onNetworks(name);
            }
            if (known.isEmpty()) {
                return null;
            }
            List<InetAddress> addresses = new ArrayList<>();
            for (LiveEndpoint endpoint : known) {
                Endpoint.Lease lease = endpoint.lease;
                if (lease != null && lease.ipv4() != null) {
                    addresses.add(lease.ipv4().address());
                }
                if (lease != null && lease.ipv6() != null) {
                    addresses.add(lease.ipv6().address());
                }
            }
            // What does not run has no address; another may be called so outside.
            return addresses.isEmpty() ? null : addresses;
        }

        private Collection<LiveEndpoint> linked(String name) {
            for (LiveEndpoint place : places) {
                if (place.settings.links().isEmpty()) {
                    continue;
                }
                Map<String, String> links = new HashMap<>();
                EndpointPlanner.links(place.network.view().name(), place.settings)
                        .forEach((alias, container) ->
                                links.put(alias.toLowerCase(Locale.ROOT), container.toLowerCase(Locale.ROOT)));
                String target = links.get(name);
                if (target != null) {
                    return place.network.named(target);
                }
            }
            return List.of();
        }

        private Collection<LiveEndpoint> onNetworks(String name) {
            Set<LiveEndpoint> found = new LinkedHashSet<>();
            for (LiveEndpoint place : places) {
                found.addAll(place.network.named(name));
            }
            if (found.isEmpty()) {
                for (LiveEndpoint place : places) {
                    String suffix = "." + place.network.view().name().toLowerCase(Locale.ROOT);
                    if (name.endsWith(suffix)) {
                        found.addAll(place.network.named(name.substring(0, name.length() - suffix.length())));
                    }
                }
            }
            return found;
        }

        @Override
        public @Nullable String name(InetAddress address) {
            LiveEndpoint endpoint = registry.at(address);
            if (endpoint == null
                    || endpoint.names.isEmpty()
                    || places.stream().noneMatch(place -> place.network == endpoint.network)) {
                return null;
            }
            return endpoint.names.get(0) + "." + endpoint.network.view().name();
        }

        @Override
        public List<InetSocketAddress> resolvers() {
            return resolvers.getOrDefault(id, List.of());
        }

        @Override
        public boolean mayAskOutside() {
            return places.stream().anyMatch(place -> !place.network.view().internal());
        }
    }
}
