/** Netlink: messages, sockets and network namespaces, the ground that links, routes and packet filters stand on. */
@NullMarked
package dev.lighter.kernel.netlink;

import org.jspecify.annotations.NullMarked;
