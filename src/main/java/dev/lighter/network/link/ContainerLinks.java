package dev.lighter.network.link;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.AddressFlag;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.NewLink.MacvlanMode;
import dev.lighter.kernel.netlink.route.PortOptions;
import dev.lighter.kernel.netlink.route.Route;
import dev.lighter.kernel.netlink.route.RouteBatch;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Joins namespaces to networks and takes them off again. Decides nothing: names, addresses and bridges are given. Safe for all threads. */
public final class ContainerLinks {
    private static final String[] NO_IPV6_SURPRISES = {"accept_ra", "0", "autoconf", "0", "accept_dad", "0"};

    private final RouteNetlink host;

    /**
     * Makes nothing yet.
     *
     * @param host speaks of the host's links; stays the caller's
     */
    public ContainerLinks(RouteNetlink host) {
        this.host = host;
    }

    /**
     * Where a link leads on the host.
     *
     * @param bridge the bridge's index
     * @param isolated whether the port is kept from the bridge's other isolated ports
     * @param hairpin whether packets may leave by the port that they came in by: a container reaches a port that it publishes itself only so
     *     where the kernel shows bridged packets to its packet filter (br_netfilter)
     */
    public record Port(int bridge, boolean isolated, boolean hairpin) {}

    /** Joins a namespace by the pair that was prepared in it. */
    public void join(PreparedNamespace prepared, PreparedNamespace.Pair pair, Port port, ContainerLink wanted)
            throws IOException {
        configure(prepared.namespace(), prepared.inside(), pair.inner(), PreparedNamespace.FIRST_LINK, wanted);
        LinkChange change = LinkChange.create().master(port.bridge());
        host.links().change(pair.outer(), wanted.mtu() == USUAL_MTU ? change : change.mtu(wanted.mtu()));
        set(pair.outer(), port);
    }

    private static final int USUAL_MTU = 1500;

    /**
     * Joins a namespace by a new pair, which is on its bridge when all else is done.
     *
     * @param name the name of the end on the host
     */
    public void join(NetworkNamespace namespace, String name, Port port, ContainerLink wanted) throws IOException {
        host.links()
                .create(NewLink.veth(
                                name,
                                VethPeer.named(wanted.name())
                                        .namespace(namespace)
                                        .mtu(wanted.mtu()))
                        .mtu(wanted.mtu()));
        try {
            int outer = host.links().index(name);
            host.links().change(outer, LinkChange.create().withoutLinkLocal());
            host.links().change(outer, LinkChange.create().up());
            configure(namespace, wanted);
            host.links().change(outer, LinkChange.create().master(port.bridge()));
            set(outer, port);
        } catch (IOException | RuntimeException e) {
            leave(name);
            throw e;
        }
    }

    private void set(int link, Port port) throws ErrnoException {
        if (port.isolated() || port.hairpin()) {
            host.links()
                    .change(link, PortOptions.create().isolated(port.isolated()).hairpin(port.hairpin()));
        }
    }

    /** Gives a namespace an address of its own on one of the host's links. */
    public void joinMacvlan(NetworkNamespace namespace, int parent, MacvlanMode mode, ContainerLink wanted)
            throws IOException {
        host.links()
                .create(NewLink.macvlan(wanted.name(), parent, mode)
                        .namespace(namespace)
                        .mac(wanted.mac())
                        .mtu(wanted.mtu()));
        configure(namespace, wanted);
    }

    private static void configure(NetworkNamespace namespace, ContainerLink wanted) throws IOException {
        try (RouteNetlink inside = RouteNetlink.open(namespace)) {
            int link = inside.links().index(wanted.name());
            configure(namespace, inside, link, wanted.name(), wanted);
            awaitCarrier(inside, link);
        }
    }

    /** The kernel takes note of a carrier a little later than it answers; a packet sent before would be lost. */
    private static void awaitCarrier(RouteNetlink inside, int link) throws ErrnoException {
        long end = System.nanoTime() + CARRIER_NANOS;
        while (!inside.links().find(link).map(Link::running).orElse(true) && System.nanoTime() < end) {
            LockSupport.parkNanos(CARRIER_PAUSE_NANOS);
        }
    }

    private static final long CARRIER_NANOS = 500_000_000L;
    private static final long CARRIER_PAUSE_NANOS = 200_000L;

    private static void configure(
            NetworkNamespace namespace, RouteNetlink inside, int link, String present, ContainerLink wanted)
            throws IOException {
        RouteBatch batch = inside.batch();
        boolean rename = !present.equals(wanted.name());
        if (rename) {
            batch.links().change(link, LinkChange.create().down().name(wanted.name()));
        }
        batch.links()
                .change(
                        link,
                        LinkChange.create().mac(wanted.mac()).mtu(wanted.mtu()).up());
        for (IpPrefix address : wanted.addresses()) {
            if (address.isV4()) {
                batch.addresses().add(link, address);
            }
        }
        for (InetAddress gateway : wanted.gateways()) {
            if (gateway instanceof Inet4Address) {
                batch.routes().replace(Route.defaultVia(gateway).through(link));
            }
        }
        batch.send();
        if (wanted.hasIpv6()) {
            configureIpv6(namespace, inside, link, wanted);
        }
        set(namespace, wanted.settings());
        if (rename) {
            awaitCarrier(inside, link);
        }
    }

    private static void configureIpv6(NetworkNamespace namespace, RouteNetlink inside, int link, ContainerLink wanted)
            throws IOException {
        List<String> settings = new ArrayList<>();
        String place = "ipv6/conf/" + wanted.name() + "/";
        for (int i = 0; i < NO_IPV6_SURPRISES.length; i += 2) {
            settings.add(place + NO_IPV6_SURPRISES[i]);
            settings.add(NO_IPV6_SURPRISES[i + 1]);
        }
        settings.add(place + "disable_ipv6");
        settings.add("0");
        namespace.set(settings.toArray(String[]::new));
        for (IpPrefix address : wanted.addresses()) {
            if (!address.isV4()) {
                inside.addresses().add(link, address, AddressFlag.NO_DAD);
            }
        }
        for (InetAddress gateway : wanted.gateways()) {
            if (gateway instanceof Inet6Address) {
                inside.routes().replace(Route.defaultVia(gateway).through(link));
            }
        }
    }

    private static void set(NetworkNamespace namespace, Map<String, String> settings) throws IOException {
        if (!settings.isEmpty()) {
            namespace.set(settings.entrySet().stream()
                    .flatMap(setting -> java.util.stream.Stream.of(setting.getKey(), setting.getValue()))
                    .toArray(String[]::new));
        }
    }

    /** Lets a namespace's packets out by a gateway, of IPv4 or IPv6, in place of any other; null for no way out. */
    public static void route(RouteNetlink inside, boolean v4, @Nullable InetAddress gateway, String link)
            throws ErrnoException {
        Route any = Route.to(v4 ? IpPrefix.ANY_V4 : IpPrefix.ANY_V6);
        if (gateway == null) {
            try {
                inside.routes().delete(any);
            } catch (ErrnoException e) {
                // There was none.
                if (!e.is(Errno.ESRCH)) {
                    throw e;
                }
            }
            return;
        }
        inside.routes().replace(Route.defaultVia(gateway).through(inside.links().index(link)));
    }

    /** Removes a pair by the name of its end on the host; nothing when it has gone. */
    public void leave(String name) throws ErrnoException {
        ignoringAbsence(() -> host.links().delete(name));
    }

    /** Removes a link inside a namespace. */
    public static void leave(NetworkNamespace namespace, String name) throws IOException {
        try (RouteNetlink inside = RouteNetlink.open(namespace)) {
            ignoringAbsence(() -> inside.links().delete(name));
        }
    }

    private interface Change {
        void make() throws ErrnoException;
    }

    private static void ignoringAbsence(Change change) throws ErrnoException {
        try {
            change.make();
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }
}
