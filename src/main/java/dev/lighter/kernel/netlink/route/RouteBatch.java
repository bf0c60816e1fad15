package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetlinkRequest;
import dev.lighter.kernel.netlink.NetlinkSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes that are collected and sent with few system calls. They are carried out in their order and each on its own: one that fails does
 * not keep the others from being tried. Questions asked through a batch are answered at once. Used by one thread.
 */
public final class RouteBatch {
    private final NetlinkSocket socket;
    private final List<NetlinkRequest> requests = new ArrayList<>();

    RouteBatch(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Collects changes of links. */
    public Links links() {
        return new Links(socket, requests::add);
    }

    /** Collects changes of addresses. */
    public Addresses addresses() {
        return new Addresses(socket, requests::add);
    }

    /** Collects changes of routes. */
    public Routes routes() {
        return new Routes(socket, requests::add);
    }

    /** Collects changes of neighbours. */
    public Neighbours neighbours() {
        return new Neighbours(socket, requests::add);
    }

    /** Sends what was collected and begins anew. Throws the first failure, with the others as suppressed exceptions. */
    public void send() throws ErrnoException {
        List<NetlinkRequest> collected = List.copyOf(requests);
        requests.clear();
        socket.executeAll(collected);
    }
}
