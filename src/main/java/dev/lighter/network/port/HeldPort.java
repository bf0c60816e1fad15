package dev.lighter.network.port;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.inet.InetSocket;
import dev.lighter.kernel.inet.InetSocket.Transport;
import dev.lighter.kernel.inet.SocketAddress;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A published port with the socket that keeps other processes of the host from taking it. Nothing is served by the socket until it is
 * relayed: connections are refused, datagrams dropped. Guarded by its {@link HostPorts}.
 */
final class HeldPort {
    private final PublishedPort published;
    private final @Nullable InetSocket socket;
    private @Nullable RelayedPort relayed;

    private HeldPort(PublishedPort published, @Nullable InetSocket socket) {
        this.published = published;
        this.socket = socket;
    }

    /**
     * Takes the port. Fails with EADDRINUSE when another socket has it, with EADDRNOTAVAIL when the host does not have the address. Where
     * the kernel has no SCTP there is nothing to take.
     */
    static HeldPort take(PublishedPort published) throws ErrnoException {
        Transport transport = Transport.valueOf(published.protocol().toUpperCase(Locale.ROOT));
        InetSocket socket;
        try {
            socket = InetSocket.open(published.host().family(), transport);
        } catch (ErrnoException e) {
            if (transport == Transport.SCTP && (e.is(Errno.EPROTONOSUPPORT) || e.is(Errno.ESOCKTNOSUPPORT))) {
                return withoutSocket(published);
            }
            throw e;
        }
        try {
            bind(socket, transport, published.host());
            return new HeldPort(published, socket);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /** A port that only the books know. */
    static HeldPort withoutSocket(PublishedPort published) {
        return new HeldPort(published, null);
    }

    private static void bind(InetSocket socket, Transport transport, SocketAddress address) throws ErrnoException {
        switch (transport) {
            case TCP -> {
                // Connections of the past must not hinder; afterwards, whoever wants to listen here must find it taken.
                socket.reuseAddress(true);
                socket.bind(address);
                socket.reuseAddress(false);
            }
            case UDP -> {
                socket.dropIncoming();
                socket.bind(address);
            }
            case SCTP -> socket.bind(address);
        }
    }

    /** Serves the port by the relay from now on, with connections to this address of the container, and ends what another target had. */
    void relayTo(Relay relay, InetAddress container) throws ErrnoException {
        if (socket == null || published.protocol().equals("sctp")) {
            return;
        }
        SocketAddress target = new SocketAddress(container, published.containerPort());
        if (relayed != null) {
            relayed.retarget(target);
        } else if (published.protocol().equals("tcp")) {
            relayed = relay.tcp(socket, target);
        } else {
            relayed = relay.udp(socket, target);
            socket.acceptIncoming();
        }
    }

    PublishedPort published() {
        return published;
    }

    boolean hasSocket() {
        return socket != null;
    }

    /** Lets go of the port, and ends all relayed connections. */
    void release() {
        if (relayed != null) {
            relayed.close();
        }
        if (socket != null) {
            socket.close();
        }
    }
}
