package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import dev.lighter.kernel.netlink.NetlinkSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Which way packets go.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">RTM_NEWROUTE in rtnetlink(7)</a>
 */
public final class Routes {
    private static final int NEW = 24;
    private static final int DELETE = 25;
    private static final int GET = 26;

    private final NetlinkSocket socket;
    private final Changes changes;

    Routes(NetlinkSocket socket, Changes changes) {
        this.socket = socket;
        this.changes = changes;
    }

    /** All routes of both families in all tables, those of the kernel's own making included. */
    public List<Route> list() throws ErrnoException {
        List<Route> routes = new ArrayList<>();
        for (NetlinkMessage message :
                socket.dump(NetlinkRequest.of("RTM_GETROUTE", GET, 0, "all", new byte[Route.STRUCT]))) {
            Route route = message.type() == NEW ? Route.parse(message) : null;
            if (route != null) {
                routes.add(route);
            }
        }
        return routes;
    }

    /** The routes of one table. */
    public List<Route> list(int table) throws ErrnoException {
        return list().stream().filter(route -> route.table() == table).toList();
    }

    /** Adds a route. Fails with EEXIST when there is one to the network, ENETUNREACH when nothing leads to the gateway. */
    public void add(Route route) throws ErrnoException {
        changes.make(route.request("RTM_NEWROUTE", NEW, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE, false));
    }

    /** Adds a route in place of one to the same network. */
    public void replace(Route route) throws ErrnoException {
        changes.make(route.request("RTM_NEWROUTE", NEW, NetlinkRequest.CREATE | NetlinkRequest.REPLACE, false));
    }

    /** Removes a route with the same destination, table and whatever else is given. Fails with ESRCH. */
    public void delete(Route route) throws ErrnoException {
        changes.make(route.request("RTM_DELROUTE", DELETE, 0, true));
    }
}
