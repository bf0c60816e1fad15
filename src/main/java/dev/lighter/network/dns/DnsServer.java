package dev.lighter.network.dns;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers names on gateway addresses, by UDP and TCP (RFC 1035, RFC 7766) with EDNS (RFC 6891): those of containers from the directory,
 * all others from resolvers, remembered for as long as they say. One thread serves all addresses; the methods are safe for all threads.
 * Lives until closed.
 */
public final class DnsServer implements AutoCloseable {
    /** The port that resolvers in containers ask. */
    public static final int PORT = 53;

    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int LARGEST_QUESTION = 4096;

    private final SelectorLoop loop;
    private final Responder responder;
    private final Shares connections;
    private final DnsSettings settings;
    private final Map<InetAddress, Listeners> listening = new HashMap<>();
    private final Map<String, Listeners> inside = new HashMap<>();
    private final Set<InetSocketAddress> ours = ConcurrentHashMap.newKeySet();
    private final ByteBuffer received = ByteBuffer.allocate(LARGEST_QUESTION);
    private boolean closed;

    private record Listeners(InetSocketAddress address, UdpListener udp, TcpListener tcp) {
        void close() throws IOException {
            udp.close();
            tcp.close();
        }
    }

    /**
     * Starts a server that listens nowhere yet.
     *
     * @param names who asks, and the names that are ours
     * @param hostResolvers whom to ask for others: {@link HostResolvers}; called for every such question, on the server's thread
     * @throws IOException when the process has no descriptors left
     */
    public DnsServer(NameDirectory names, Supplier<List<InetSocketAddress>> hostResolvers) throws IOException {
        this(names, hostResolvers, DnsSettings.STANDARD);
    }

    DnsServer(NameDirectory names, Supplier<List<InetSocketAddress>> hostResolvers, DnsSettings settings)
            throws IOException {
        this.settings = settings;
        loop = new SelectorLoop("names");
        connections = new Shares(settings.connectionsPerAsker(), settings.connections());
        responder = new Responder(names, new Forwarder(loop, hostResolvers, ours::contains, settings));
    }

    /**
     * Answers on port 53 of an address, which must be this host's already (and an IPv6 address past its duplicate detection). Listening
     * again changes nothing.
     *
     * @throws IOException naming the address, when it is not the host's or the port is another program's
     */
    public void listen(InetAddress address) throws IOException {
        listen(address, PORT);
    }

    /**
     * As {@link #listen(InetAddress)}, on a port of choice. The sockets are opened in the calling thread's network namespace.
     *
     * @param port zero for any that is free
     * @return the port
     */
    public synchronized int listen(InetAddress address, int port) throws IOException {
        if (closed) {
            throw new IllegalStateException("the name server is closed");
        }
        Listeners present = listening.get(address);
        if (present != null) {
            return present.address.getPort();
        }
        Listeners listeners;
        try {
            listeners = open(address, port, responder, connections);
        } catch (IOException e) {
            throw new IOException(
                    "names cannot be answered on " + IpPrefix.format(address) + " port " + port + ": " + e.getMessage(),
                    e);
        }
        listening.put(address, listeners);
        ours.add(listeners.address);
        try {
            loop.perform(() -> {
                listeners.udp.register(loop);
                listeners.tcp.register();
            });
        } catch (IOException e) {
            listening.remove(address);
            ours.remove(listeners.address);
            listeners.close();
            throw e;
        }
        return listeners.address.getPort();
    }

    /**
     * Answers on port 53 of an address inside a network namespace, where one asker is alone. Doing so again for it changes nothing.
     *
     * @param key whom it is for, to end it by
     * @throws IOException when the port is taken in that namespace
     */
    public synchronized void listenInside(
            String key, NetworkNamespace namespace, InetAddress address, Supplier<Asker> asker) throws IOException {
        if (closed || inside.containsKey(key)) {
            return;
        }
        Responder own = responder.knowing(source -> asker.get());
        Shares shares = new Shares(settings.connectionsPerAsker(), settings.connectionsPerAsker());
        Listeners listeners;
        try {
            listeners = namespace.call(() -> open(address, PORT, own, shares));
        } catch (IOException e) {
            throw new IOException(
                    "names cannot be answered on " + IpPrefix.format(address) + " inside: " + e.getMessage(), e);
        }
        boolean done = false;
        try {
            loop.perform(() -> {
                listeners.udp.register(loop);
                listeners.tcp.register();
            });
            inside.put(key, listeners);
            done = true;
        } finally {
            if (!done) {
                listeners.close();
            }
        }
    }

    /** Ends what {@link #listenInside} began, and lets the namespace go; nothing happens where it did not. */
    public synchronized void forgetInside(String key) {
        Listeners listeners = inside.remove(key);
        if (listeners != null && !closed) {
            try {
                loop.perform(listeners::close);
            } catch (IOException e) {
                LOG.warn("The name server inside {} is not closed: {}", key, e.getMessage());
            }
        }
    }

    private Listeners open(InetAddress address, int port, Responder responder, Shares connections) throws IOException {
        UdpListener udp = UdpListener.open(new InetSocketAddress(address, port), responder, received);
        try {
            InetSocketAddress bound = new InetSocketAddress(address, udp.port());
            TcpListener tcp = TcpListener.open(bound, loop, responder, connections, settings.idleMillis());
            return new Listeners(bound, udp, tcp);
        } catch (IOException e) {
            udp.close();
            throw e;
        }
    }

    /** Answers no more on an address, and ends the connections to it; nothing happens where it did not. The port is free afterwards. */
    public synchronized void forget(InetAddress address) throws IOException {
        Listeners listeners = listening.remove(address);
        if (listeners != null && !closed) {
            ours.remove(listeners.address);
            loop.perform(listeners::close);
        }
    }

    /** Answers no more at all; questions under way get no answer. */
    @Override
    public synchronized void close() {
        closed = true;
        listening.clear();
        inside.clear();
        loop.close();
    }
}
