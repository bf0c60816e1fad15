package dev.lighter.network.port;

import dev.lighter.error.EngineException;
import dev.lighter.error.EngineException.Kind;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of the host that containers have: chooses them, and holds each with a bound socket so that neither a second container nor
 * another process can have it. Lives as long as the engine; safe for all threads.
 *
 * <p>Failures carry what Docker says from {@code Bind for} or {@code failed to bind} on, with the kind CONFLICT for a port that is taken
 * and INVALID for an address that the host does not have; the caller puts the endpoint's name before it.
 */
public final class HostPorts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostPorts.class);
    private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final Path IPV6_ADDRESSES = Path.of("/proc/net/if_inet6");
    private static final PortRange DEFAULT_EPHEMERAL = new PortRange(32_768, 60_999);
    private static final int MAX_SOCKETS = 16_384;

    private final Relay relay;
    private final boolean relayEverything;
    private final PortRange ephemeral;
    private final Map<Integer, List<HeldPort>> heldByNumber = new HashMap<>();
    private final Set<Reservation> reservations = new LinkedHashSet<>();
    private int sockets;
    private boolean closed;

    /** What one binding wants, with one number for all addresses. */
    private record Wish(PortBinding binding, List<InetAddress> addresses) {
        boolean isCompletedBy(PortBinding other, List<InetAddress> others) {
            return binding.containerPort() == other.containerPort()
                    && binding.protocol().equals(other.protocol())
                    && binding.hostPorts().equals(other.hostPorts())
                    && addresses.stream().noneMatch(others::contains);
        }

        Wish and(List<InetAddress> others) {
            return new Wish(
                    binding, Stream.concat(addresses.stream(), others.stream()).toList());
        }
    }

    private HostPorts(Relay relay, boolean relayEverything) {
        this.relay = relay;
        this.relayEverything = relayEverything;
        this.ephemeral = ephemeralRange();
    }

    /**
     * Begins with no port reserved, and starts the relay's thread.
     *
     * @param relayEverything whether IPv4 is relayed too, for hosts whose packet filter cannot translate
     */
    public static HostPorts open(boolean relayEverything) throws ErrnoException {
        return new HostPorts(Relay.open(RelayLimits.DEFAULT), relayEverything);
    }

    /** All addresses of the host: {@code 0.0.0.0}, and {@code ::} where the host has an address of IPv6. */
    public static List<InetAddress> everyAddress() {
        InetAddress v4 = IpPrefix.address("0.0.0.0");
        try {
            if (Files.exists(IPV6_ADDRESSES)
                    && !Files.readString(IPV6_ADDRESSES).isBlank()) {
                return List.of(v4, IpPrefix.address("::"));
            }
        } catch (IOException e) {
            LOG.warn("Cannot tell whether the host has IPv6: ports are published at IPv4 only", e);
        }
        return List.of(v4);
    }

    /**
     * Reserves a port for each binding at the address it names, or else at all default addresses; all of them or, failing, none. Ports
     * left to the engine come from the kernel's range for short-lived ones and have the same number in both families. UNAVAILABLE when
     * there are too many.
     *
     * @param owner whose they are, for messages
     */
    public synchronized Reservation reserve(
            List<PortBinding> bindings, List<InetAddress> defaultAddresses, String owner) {
        List<HeldPort> taken = new ArrayList<>();
        try {
            for (Wish wish : wishes(bindings, defaultAddresses)) {
                taken.addAll(grant(wish));
            }
        } catch (RuntimeException e) {
            free(taken);
            throw e;
        }
        return remember(new Reservation(this, owner, taken));
    }

    /**
     * Reserves ports that were published before the engine was started. One that another process has taken meanwhile is logged and stays
     * in the reservation: the packet filter still translates it.
     */
    public synchronized Reservation adopt(List<PublishedPort> ports, String owner) {
        List<HeldPort> taken = new ArrayList<>();
        for (PublishedPort port : ports) {
            try {
                taken.add(take(port));
            } catch (EngineException e) {
                LOG.warn("A published port of {} is no longer free: {}", owner, e.getMessage());
                taken.add(record(HeldPort.withoutSocket(port)));
            }
        }
        return remember(new Reservation(this, owner, taken));
    }

    /** Frees all ports, which others may then take, and ends all relayed connections. */
    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(reservations).forEach(this::release);
        relay.close();
    }

    synchronized void release(Reservation reservation) {
        if (reservations.remove(reservation)) {
            free(reservation.held());
        }
    }

    synchronized void relayTo(
            Reservation reservation, @Nullable InetAddress container4, @Nullable InetAddress container6) {
        if (!reservations.contains(reservation)) {
            throw EngineException.conflict("the ports of " + reservation.owner() + " are no longer reserved");
        }
        for (HeldPort port : reservation.held()) {
            InetAddress target = relayTarget(port.published().hostAddress(), container4, container6);
            if (target != null) {
                try {
                    port.relayTo(relay, target);
                } catch (ErrnoException e) {
                    throw failure(port.published(), e);
                }
            }
        }
    }

    /** Where to relay to what arrives at an address of the host, or null where the kernel translates all of it. */
    private @Nullable InetAddress relayTarget(
            InetAddress host, @Nullable InetAddress container4, @Nullable InetAddress container6) {
        if (host instanceof Inet6Address) {
            return container6 == null ? container4 : container6;
        }
        if (container4 == null) {
            return container6;
        }
        return relayEverything ? container4 : null;
    }

    private static List<Wish> wishes(List<PortBinding> bindings, List<InetAddress> defaultAddresses) {
        List<Wish> wishes = new ArrayList<>();
        for (PortBinding binding : bindings) {
            InetAddress explicit = binding.address();
            List<InetAddress> addresses = explicit == null ? defaultAddresses : List.of(explicit);
            int last = wishes.size() - 1;
            if (last >= 0 && wishes.get(last).isCompletedBy(binding, addresses)) {
                wishes.set(last, wishes.get(last).and(addresses));
            } else {
                wishes.add(new Wish(binding, addresses));
            }
        }
        return wishes;
    }

    private List<HeldPort> grant(Wish wish) {
        PortRange asked = wish.binding().range();
        if (asked.size() == 1 && !asked.isEphemeral()) {
            return take(wish, asked.first());
        }
        PortRange range = asked.isEphemeral() ? ephemeral : asked;
        int start = asked.isEphemeral() ? ThreadLocalRandom.current().nextInt(range.size()) : 0;
        for (int i = 0; i < range.size(); i++) {
            try {
                return take(wish, range.first() + (start + i) % range.size());
            } catch (EngineException e) {
                if (e.kind() != Kind.CONFLICT) {
                    throw e;
                }
            }
        }
        throw EngineException.conflict("all ports are allocated");
    }

    private List<HeldPort> take(Wish wish, int number) {
        List<HeldPort> taken = new ArrayList<>();
        try {
            for (InetAddress address : wish.addresses()) {
                PortBinding binding = wish.binding();
                taken.add(take(new PublishedPort(binding.containerPort(), binding.protocol(), address, number)));
            }
            return taken;
        } catch (RuntimeException e) {
            free(taken);
            throw e;
        }
    }

    private HeldPort take(PublishedPort port) {
        if (heldByNumber.getOrDefault(port.hostPort(), List.of()).stream()
                .anyMatch(other -> other.published().conflictsWith(port))) {
            throw EngineException.conflict("Bind for " + port.host() + " failed: port is already allocated");
        }
        if (sockets >= MAX_SOCKETS) {
            throw EngineException.unavailable("failed to bind host port " + port.host() + "/" + port.protocol() + ": "
                    + MAX_SOCKETS + " ports are published, which is the most");
        }
        try {
            return record(HeldPort.take(port));
        } catch (ErrnoException e) {
            throw failure(port, e);
        }
    }

    private HeldPort record(HeldPort port) {
        heldByNumber
                .computeIfAbsent(port.published().hostPort(), number -> new ArrayList<>(2))
                .add(port);
        sockets += port.hasSocket() ? 1 : 0;
        return port;
    }

    private Reservation remember(Reservation reservation) {
        if (closed) {
            free(reservation.held());
            throw EngineException.unavailable("the engine is stopping");
        }
        reservations.add(reservation);
        return reservation;
    }

    private void free(List<HeldPort> ports) {
        for (HeldPort port : ports) {
            port.release();
            sockets -= port.hasSocket() ? 1 : 0;
            heldByNumber.computeIfPresent(port.published().hostPort(), (number, held) -> {
                held.remove(port);
                return held.isEmpty() ? null : held;
            });
        }
    }

    private static EngineException failure(PublishedPort port, ErrnoException e) {
        Kind kind = switch (e.errno()) {
            case Errno.EADDRINUSE -> Kind.CONFLICT;
            case Errno.EADDRNOTAVAIL -> Kind.INVALID;
            default -> Kind.INTERNAL;
        };
        String message =
                "failed to bind host port " + port.host() + "/" + port.protocol() + ": " + Errno.sentence(e.errno());
        return new EngineException(kind, message, e);
    }

    private static PortRange ephemeralRange() {
        try {
            String[] bounds = Files.readString(EPHEMERAL).trim().split("\\s+", -1);
            return new PortRange(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]));
        } catch (IOException | RuntimeException e) {
            LOG.debug("Cannot read the range of ephemeral ports", e);
            return DEFAULT_EPHEMERAL;
        }
    }
}
