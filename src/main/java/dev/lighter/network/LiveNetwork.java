package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.address.AddressAllocator;
import dev.lighter.network.address.Subnet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A network in memory: who is on it, by which names, and which addresses are free. Its bridges change under its lock; everything else is
 * safe for all threads.
 */
final class LiveNetwork {
    /** A pool with what is given out of it. */
    record Pool(AddressAllocator addresses, InetAddress gateway) {
        boolean isV4() {
            return addresses.subnet().isV4();
        }

        /** The gateway as the address of a bridge. */
        IpPrefix gatewayPrefix() {
            return new IpPrefix(gateway, addresses.subnet().prefix().length());
        }
    }

    /** One of the network's bridges as it is on the host. */
    static final class Bridge {
        final String name;
        final int index;
        int ports;

        Bridge(String name, int index) {
            this.name = name;
            this.index = index;
        }
    }

    final ReentrantLock lock = new ReentrantLock();
    final DriverOptions options;
    final List<Bridge> bridges = new ArrayList<>();
    final List<FurtherBridge> furtherBridges = new ArrayList<>();
    /** Why the network is not on the host, in words; null while it is. */
    volatile @Nullable String failure;
    /** Set under the lock when the network is about to go: nobody may come on any more. */
    boolean removing;

    /** How many ports of bridges are taken, for whoever does not have the lock. */
    private final AtomicInteger populated = new AtomicInteger();

    private final Network view;
    private final List<Pool> pools = new ArrayList<>();
    private final Map<String, LiveEndpoint> endpoints = new ConcurrentHashMap<>();
    private final Map<String, Set<LiveEndpoint>> names = new ConcurrentHashMap<>();

    LiveNetwork(Network view) {
        this.view = view;
        this.options = DriverOptions.parse(view.driver(), view.options());
        for (AddressPool pool : view.pools()) {
            Subnet subnet = Subnet.parse(pool.subnet());
            Subnet range = pool.range().isEmpty() ? subnet : Subnet.parse(pool.range());
            AddressAllocator addresses = new AddressAllocator(subnet, range);
            InetAddress gateway = IpPrefix.address(pool.gateway());
            addresses.take(gateway);
            pool.auxiliary().values().forEach(address -> addresses.take(IpPrefix.address(address)));
            pools.add(new Pool(addresses, gateway));
        }
    }

    Network view() {
        return view;
    }

    List<Pool> pools() {
        return pools;
    }

    /** The addresses of the network's own bridge. */
    List<IpPrefix> gateways() {
        return pools.stream().map(Pool::gatewayPrefix).toList();
    }

    Collection<LiveEndpoint> endpoints() {
        return endpoints.values();
    }

    @Nullable
    LiveEndpoint endpoint(String containerId) {
        return endpoints.get(containerId);
    }

    boolean hasLeases() {
        return endpoints.values().stream().anyMatch(endpoint -> endpoint.lease != null);
    }

    /** One more port of a bridge is taken. To be called under the lock. */
    void taken(Bridge bridge) {
        bridge.ports++;
        populated.incrementAndGet();
    }

    /** One port of a bridge is free again. To be called under the lock. */
    void left(Bridge bridge) {
        bridge.ports--;
        populated.decrementAndGet();
    }

    /** Whether a container is on one of its bridges, or is about to be. */
    boolean isPopulated() {
        return populated.get() > 0;
    }

    void add(LiveEndpoint endpoint) {
        endpoints.put(endpoint.containerId, endpoint);
        for (String name : endpoint.names) {
            names.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> ConcurrentHashMap.newKeySet())
                    .add(endpoint);
        }
    }

    void remove(LiveEndpoint endpoint) {
        endpoints.remove(endpoint.containerId, endpoint);
        for (String name : endpoint.names) {
            names.computeIfPresent(name.toLowerCase(Locale.ROOT), (key, those) -> {
                those.remove(endpoint);
                return those.isEmpty() ? null : those;
            });
        }
    }

    /** An endpoint's container is known by other names from now on. */
    void rename(LiveEndpoint endpoint, List<String> names) {
        remove(endpoint);
        endpoint.names = names;
        add(endpoint);
    }

    /** Who has a name, in small letters, on this network, running or not. */
    Collection<LiveEndpoint> named(String name) {
        return names.getOrDefault(name, Set.of());
    }

    /** The pool that an address belongs to. */
    Optional<Pool> poolOf(InetAddress address) {
        return pools.stream()
                .filter(pool -> pool.addresses().subnet().contains(address))
                .findFirst();
    }

    /** A free address with its pool; null when the network has no pool of the family. */
    @Nullable
    InetAddress allocate(boolean v4) {
        boolean any = false;
        for (Pool pool : pools) {
            if (pool.isV4() == v4) {
                any = true;
                Optional<InetAddress> address = pool.addresses().allocate();
                if (address.isPresent()) {
                    return address.get();
                }
            }
        }
        if (any) {
            throw EngineException.forbidden("no available IPv" + (v4 ? 4 : 6) + " addresses on this network's address"
                    + " pools: " + view.name() + " (" + view.id() + "): remove containers from it, or make a network"
                    + " with a larger subnet");
        }
        return null;
    }

    /** Takes an address that somebody asked for. */
    InetAddress take(InetAddress address) {
        Pool pool = poolOf(address).orElseThrow(() -> outside(view.name(), IpPrefix.format(address)));
        if (!pool.addresses().take(address)) {
            throw EngineException.forbidden("Address already in use: " + IpPrefix.format(address) + " on network "
                    + view.name() + ": give another address, or none");
        }
        return address;
    }

    static EngineException outside(String network, String address) {
        return EngineException.invalid("invalid config for network " + network + ": invalid endpoint settings:\n"
                + "no configured subnet or ip-range contain the IP address " + address);
    }

    /** Gives a lease's addresses back. */
    void release(Endpoint.Lease lease) {
        release(lease.ipv4());
        release(lease.ipv6());
    }

    private void release(@Nullable IpPrefix address) {
        if (address != null) {
            poolOf(address.address()).ifPresent(pool -> pool.addresses().release(address.address()));
        }
    }

    /** Takes the addresses of a lease that an earlier run of the engine gave. */
    void resume(Endpoint.Lease lease) {
        resume(lease.ipv4());
        resume(lease.ipv6());
    }

    private void resume(@Nullable IpPrefix address) {
        if (address != null) {
            poolOf(address.address()).ifPresent(pool -> pool.addresses().resume(address.address()));
        }
    }
}
