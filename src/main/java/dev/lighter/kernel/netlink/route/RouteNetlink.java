package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetlinkSocket;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;

/**
 * What carries packets in one network namespace. Open until closed; safe for all threads, which wait for one another: every question or
 * change is one message to the kernel and its answer.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
public final class RouteNetlink implements AutoCloseable {
    private final NetlinkSocket socket;

    private RouteNetlink(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** For the calling thread's namespace. */
    public static RouteNetlink open() throws ErrnoException {
        return new RouteNetlink(NetlinkSocket.open(NetlinkSocket.Protocol.ROUTE));
    }

    /** For another namespace, which may be closed afterwards. */
    public static RouteNetlink open(NetworkNamespace namespace) throws IOException {
        return new RouteNetlink(NetlinkSocket.open(NetlinkSocket.Protocol.ROUTE, namespace));
    }

    /** Network interfaces. */
    public Links links() {
        return new Links(socket, socket::execute);
    }

    /** The addresses of links. */
    public Addresses addresses() {
        return new Addresses(socket, socket::execute);
    }

    /** Which way packets go. */
    public Routes routes() {
        return new Routes(socket, socket::execute);
    }

    /** Who is behind a link, with ARP, NDP and the tables of bridges. */
    public Neighbours neighbours() {
        return new Neighbours(socket, socket::execute);
    }

    /** Which table of routes is asked for a packet. */
    public RoutingRules rules() {
        return new RoutingRules(socket, socket::execute);
    }

    /** Collects changes that are then sent together. */
    public RouteBatch batch() {
        return new RouteBatch(socket);
    }

    @Override
    public void close() {
        socket.close();
    }
}
