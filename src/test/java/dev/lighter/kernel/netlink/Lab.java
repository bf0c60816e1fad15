package dev.lighter.kernel.netlink;

import dev.lighter.kernel.netlink.route.AddressFlag;
import dev.lighter.kernel.netlink.route.BridgeOptions;
import dev.lighter.kernel.netlink.route.Link;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.Route;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A small world for tests: a router with bridges, and hosts behind them, each in a network namespace of its own that goes when the lab is
 * closed. The machine's own network is not touched.
 */
public final class Lab implements AutoCloseable {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Host router;

    /** Makes the router, without a bridge, forwarding IPv4 and IPv6. */
    public Lab() throws IOException {
        router = host("router");
        router.namespace().set("ipv4/ip_forward", "1", "ipv6/conf/all/forwarding", "1");
    }

    /** The one between the bridges. */
    public Host router() {
        return router;
    }

    /** A namespace of its own with nothing but loopback, which is up. */
    public Host host(String name) throws IOException {
        NetworkNamespace namespace = NetworkNamespace.create();
        opened.push(namespace);
        RouteNetlink route = RouteNetlink.open(namespace);
        opened.push(route);
        route.links().change("lo", LinkChange.create().up());
        return new Host(name, namespace, route);
    }

    /** A bridge of the router's with the router's own addresses on it; gives its index. */
    public int bridge(String name, String... addresses) throws IOException {
        router.route()
                .links()
                .create(NewLink.bridge(
                                name,
                                BridgeOptions.create()
                                        .stp(false)
                                        .forwardDelaySeconds(0)
                                        .multicastSnooping(false))
                        .up());
        int index = router.route().links().index(name);
        for (String address : addresses) {
            router.route().addresses().add(index, IpPrefix.parse(address), AddressFlag.NO_DAD);
        }
        return index;
    }

    /** A host on a bridge, with addresses on its {@code eth0} and the router's first address as the way out, ready to be talked to. */
    public Host attach(String name, int bridge, String... addresses) throws IOException {
        Host host = host(name);
        router.route()
                .links()
                .create(NewLink.veth(name, VethPeer.named("eth0").namespace(host.namespace()))
                        .master(bridge)
                        .up());
        int link = host.route().links().index("eth0");
        host.route().links().change(link, LinkChange.create().up());
        for (String address : addresses) {
            IpPrefix prefix = IpPrefix.parse(address);
            host.route().addresses().add(link, prefix, AddressFlag.NO_DAD);
            byte[] gateway = prefix.network().address().getAddress();
            gateway[gateway.length - 1] = 1;
            host.route()
                    .routes()
                    .add(Route.defaultVia(IpPrefix.address(gateway)).through(link));
        }
        awaitRunning(host, "eth0");
        awaitRunning(router, name);
        awaitRunning(router, router.route().links().find(bridge).orElseThrow().name());
        return host;
    }

    /** Waits until a link carries packets: the kernel takes note of a carrier a little later than it answers. */
    public static void awaitRunning(Host host, String link) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!host.route().links().find(link).map(Link::running).orElse(false)) {
            if (System.nanoTime() > end) {
                throw new IOException(link + " of " + host.name() + " does not run");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }
}
