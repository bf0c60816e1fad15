package dev.lighter.network;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.network.firewall.RelayedPort;
import dev.lighter.network.firewall.Translation;
import dev.lighter.network.port.HostPorts;
import dev.lighter.network.port.PortBinding;
import dev.lighter.network.port.PublishedPort;
import dev.lighter.network.port.Reservation;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ports of running containers at the host: reserved, translated by the packet filter, relayed where it cannot. Calls about one container
 * come under its lock.
 */
final class Publishing {
    /** What is published for a container; the translations change when its way out does. */
    private record Published(String label, Reservation ports, List<Translation> translations) {}

    private final NetworkStore store;
    private final HostNetwork host;
    private final HostPorts ports;
    private final BooleanSupplier hasIpv6;
    private final List<InetAddress> defaultAddresses;
    private final Map<String, Published> byContainer = new ConcurrentHashMap<>();

    /**
     * Nothing is published yet.
     *
     * @param hostBinding where ports are published when nobody names an address; null for all of the host's
     * @param hasIpv6 whether any network has IPv6
     */
    Publishing(
            NetworkStore store,
            HostNetwork host,
            HostPorts ports,
            @Nullable InetAddress hostBinding,
            BooleanSupplier hasIpv6) {
        this.store = store;
        this.host = host;
        this.ports = ports;
        this.hasIpv6 = hasIpv6;
        this.defaultAddresses = hostBinding == null ? HostPorts.everyAddress() : List.of(hostBinding);
    }

    /** Reserves a container's ports; null when it has none, or no network by which they could be reached. */
    @Nullable
    Reservation reserve(String label, List<LiveEndpoint> ordered, List<PortBinding> bindings) {
        LiveEndpoint way = way(ordered);
        if (bindings.isEmpty() || way == null) {
            return null;
        }
        InetAddress binding = way.network.options.hostBinding();
        try {
            return ports.reserve(
                    bindings,
                    binding == null || binding.isAnyLocalAddress() ? defaultAddresses : List.of(binding),
                    label);
        } catch (EngineException e) {
            throw new EngineException(
                    EngineException.Kind.INTERNAL,
                    "driver failed programming external connectivity on endpoint " + label + " (" + way.id + "): "
                            + e.getMessage(),
                    e);
        }
    }

    /** The first of the endpoints by which ports can be reached from outside; null when none is. */
    private static @Nullable LiveEndpoint way(List<LiveEndpoint> ordered) {
        return ordered.stream()
                .filter(Leasing::hasPair)
                .filter(endpoint -> !endpoint.network.view().internal())
                .findFirst()
                .orElse(null);
    }

    /** Publishes what was reserved at the addresses by which the container leads outside. */
    void publish(String containerId, @Nullable Reservation reserved, List<LiveEndpoint> ordered) throws ErrnoException {
        if (reserved == null) {
            return;
        }
        List<Translation> translations = translations(reserved, ordered);
        byContainer.put(containerId, new Published(reserved.owner(), reserved, translations));
        relay(reserved, ordered);
        host.firewall().publish(translations);
        firewallRelays();
    }

    /** Goes on with the ports that an earlier run of the engine published; the packet filter is told with all others. */
    void adopt(String label, String containerId, List<PublishedPort> published, List<LiveEndpoint> ordered) {
        if (published.isEmpty()) {
            return;
        }
        if (way(ordered) == null) {
            store.releasePorts(containerId);
            return;
        }
        Reservation reserved = ports.adopt(published, label);
        byContainer.put(containerId, new Published(label, reserved, translations(reserved, ordered)));
        relay(reserved, ordered);
    }

    private static void relay(Reservation reserved, List<LiveEndpoint> ordered) {
        InetAddress v4 = address(ordered, true);
        InetAddress v6 = address(ordered, false);
        if (v4 != null || v6 != null) {
            reserved.relayTo(v4, v6);
        }
    }

    private static List<Translation> translations(Reservation reserved, List<LiveEndpoint> ordered) {
        List<Translation> translations = new ArrayList<>();
        for (PublishedPort port : reserved.ports()) {
            InetAddress host = port.hostAddress();
            InetAddress to = address(ordered, host instanceof Inet4Address);
            boolean kernelCan = !(host instanceof Inet6Address && host.isLoopbackAddress());
            if (to != null && kernelCan) {
                translations.add(new Translation(
                        host.isAnyLocalAddress() ? null : host,
                        protocol(port.protocol()),
                        port.hostPort(),
                        to,
                        port.containerPort(),
                        reserved.owner()));
            }
        }
        return translations;
    }

    /** The address by which a container's published ports are reached; null when it has none of the family. */
    private static @Nullable InetAddress address(List<LiveEndpoint> ordered, boolean v4) {
        for (LiveEndpoint endpoint : ordered) {
            Endpoint.Lease lease = endpoint.lease;
            if (lease == null
                    || !Leasing.hasPair(endpoint)
                    || endpoint.network.view().internal()) {
                continue;
            }
            IpPrefix address = v4 ? lease.ipv4() : lease.ipv6();
            if (address != null) {
                return address.address();
            }
        }
        return null;
    }

    private static int protocol(String word) {
        return switch (word) {
            case "udp" -> 17;
            case "sctp" -> 132;
            default -> 6;
        };
    }

    /** The container is on other networks than before: its ports lead to where it leads outside now. */
    void refresh(String label, String containerId, List<PortBinding> bindings, List<LiveEndpoint> ordered)
            throws ErrnoException {
        Published before = byContainer.get(containerId);
        if (before == null) {
            Reservation reserved = reserve(label, ordered, bindings);
            if (reserved != null) {
                store.lease(containerId, Map.of(), reserved.ports());
                publish(containerId, reserved, ordered);
            }
            return;
        }
        if (way(ordered) == null) {
            store.releasePorts(containerId);
            withdraw(containerId);
            return;
        }
        List<Translation> now = translations(before.ports(), ordered);
        if (!now.equals(before.translations())) {
            host.firewall().withdraw(before.translations());
            byContainer.put(containerId, new Published(before.label(), before.ports(), now));
            relay(before.ports(), ordered);
            host.firewall().publish(now);
        }
    }

    /** Ends the publishing of a container's ports. */
    void withdraw(String containerId) {
        Published published = byContainer.remove(containerId);
        if (published == null) {
            return;
        }
        try {
            host.firewall().withdraw(published.translations());
            firewallRelays();
        } catch (ErrnoException e) {
            throw EngineException.internal(
                    "the ports of container " + containerId + " cannot be withdrawn: " + e.getMessage(), e);
        } finally {
            published.ports().close();
        }
    }

    boolean isPublished(String containerId) {
        return byContainer.containsKey(containerId);
    }

    List<PublishedPort> ports(String containerId) {
        Published published = byContainer.get(containerId);
        return published == null ? List.of() : published.ports().ports();
    }

    /** All that the packet filter is to translate. */
    List<Translation> translations() {
        return byContainer.values().stream()
                .flatMap(published -> published.translations().stream())
                .toList();
    }

    /** Relays listen on the host itself, where containers reach nothing else; those of IPv6 alone can meet one. */
    void firewallRelays() throws ErrnoException {
        if (!hasIpv6.getAsBoolean()) {
            return;
        }
        Set<RelayedPort> relayed = new HashSet<>();
        byContainer
                .values()
                .forEach(published -> published.ports().ports().stream()
                        .filter(port -> !(port.hostAddress() instanceof Inet4Address))
                        .forEach(port -> relayed.add(new RelayedPort(protocol(port.protocol()), port.hostPort()))));
        host.firewall().relays(relayed);
    }

    /** Lets the ports go; what is translated stays so. */
    void end() {
        ports.close();
    }
}
