package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetlinkRequest;

/** Where changes go: to the kernel at once, or into a batch. */
@FunctionalInterface
interface Changes {
    /** Makes or collects one. */
    void make(NetlinkRequest request) throws ErrnoException;
}
