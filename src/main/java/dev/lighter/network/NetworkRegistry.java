package dev.lighter.network;

import dev.lighter.error.EngineException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** All networks and endpoints in memory, by their ids, names, containers and addresses. Safe for all threads. */
final class NetworkRegistry {
    private final NavigableMap<String, LiveNetwork> byId = new ConcurrentSkipListMap<>();
    private final Map<String, LiveNetwork> byName = new ConcurrentHashMap<>();
    private final Map<String, List<LiveEndpoint>> byContainer = new ConcurrentHashMap<>();
    private final Map<InetAddress, LiveEndpoint> byAddress = new ConcurrentHashMap<>();

    Collection<LiveNetwork> networks() {
        return byId.values();
    }

    boolean isTaken(String name) {
        return byName.containsKey(name);
    }

    void add(LiveNetwork network) {
        byId.put(network.view().id(), network);
        byName.put(network.view().name(), network);
    }

    void remove(LiveNetwork network) {
        byId.remove(network.view().id());
        byName.remove(network.view().name(), network);
    }

    /** The network with this id. */
    @Nullable
    LiveNetwork byId(String id) {
        return byId.get(id);
    }

    /** The network with this id, name, or unambiguous beginning of an id, in this order. */
    LiveNetwork find(String reference) {
        LiveNetwork exact = byId.get(reference);
        LiveNetwork network = exact == null ? byName.get(reference) : exact;
        if (network != null) {
            return network;
        }
        if (!reference.isEmpty()) {
            Map.Entry<String, LiveNetwork> first = byId.ceilingEntry(reference);
            if (first != null && first.getKey().startsWith(reference)) {
                String next = byId.higherKey(first.getKey());
                if (next != null && next.startsWith(reference)) {
                    throw EngineException.invalid(
                            "network " + reference + " is ambiguous: more than one id begins so: give more of it");
                }
                return first.getValue();
            }
        }
        throw EngineException.notFound("network " + reference + " not found");
    }

    void add(LiveEndpoint endpoint) {
        endpoint.network.add(endpoint);
        byContainer
                .computeIfAbsent(endpoint.containerId, id -> new CopyOnWriteArrayList<>())
                .add(endpoint);
        Endpoint.Lease lease = endpoint.lease;
        if (lease != null) {
            leased(endpoint, lease);
        }
    }

    void remove(LiveEndpoint endpoint) {
        endpoint.network.remove(endpoint);
        byContainer.computeIfPresent(endpoint.containerId, (id, those) -> {
            those.remove(endpoint);
            return those.isEmpty() ? null : those;
        });
    }

    /** A container's endpoints in the order in which it came on the networks. */
    List<LiveEndpoint> endpointsOf(String containerId) {
        return byContainer.getOrDefault(containerId, List.of());
    }

    /** The ids of all containers that have endpoints. */
    Collection<String> containers() {
        return byContainer.keySet();
    }

    /** Makes an endpoint known by its addresses. */
    void leased(LiveEndpoint endpoint, Endpoint.Lease lease) {
        if (lease.ipv4() != null) {
            byAddress.put(lease.ipv4().address(), endpoint);
        }
        if (lease.ipv6() != null) {
            byAddress.put(lease.ipv6().address(), endpoint);
        }
    }

    /** Makes an endpoint unknown by the addresses that it had. */
    void released(LiveEndpoint endpoint, Endpoint.Lease lease) {
        if (lease.ipv4() != null) {
            byAddress.remove(lease.ipv4().address(), endpoint);
        }
        if (lease.ipv6() != null) {
            byAddress.remove(lease.ipv6().address(), endpoint);
        }
    }

    /** How many addresses containers have now. */
    int addresses() {
        return byAddress.size();
    }

    /** Who has an address now. */
    @Nullable
    LiveEndpoint at(InetAddress address) {
        return byAddress.get(address);
    }
}
