package dev.lighter.network.port;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ports of the host that one container has, from {@link HostPorts#reserve} until it is closed, which frees them all and ends
 * connections that are relayed. Safe for all threads.
 */
public final class Reservation implements AutoCloseable {
    private final HostPorts ports;
    private final String owner;
    private final List<HeldPort> held;

    Reservation(HostPorts ports, String owner, List<HeldPort> held) {
        this.ports = ports;
        this.owner = owner;
        this.held = List.copyOf(held);
    }

    /** Whose ports these are, as it was told. */
    public String owner() {
        return owner;
    }

    /** The ports, those of one binding next to each other. */
    public List<PublishedPort> ports() {
        return held.stream().map(HeldPort::published).toList();
    }

    /**
     * Starts to relay to the container's addresses, where either may be missing, what the kernel does not translate: everything that is
     * published at IPv6 (where the packet filter translates too, only {@code ::1} arrives), and what the container has only in the other
     * family. Called again, relays to the new addresses and ends connections to the old ones. CONFLICT when another process listens at a
     * port meanwhile.
     */
    public void relayTo(@Nullable InetAddress container4, @Nullable InetAddress container6) {
        ports.relayTo(this, container4, container6);
    }

    List<HeldPort> held() {
        return held;
    }

    /** Frees the ports. Again does nothing. */
    @Override
    public void close() {
        ports.release(this);
    }
}
