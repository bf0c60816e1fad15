/** Links, addresses, routes, neighbours and routing rules of a network namespace, by rtnetlink(7). */
@NullMarked
package dev.lighter.kernel.netlink.route;

import org.jspecify.annotations.NullMarked;
