/** Ports of containers that are reachable at the host. */
@NullMarked
package dev.lighter.network.port;

import org.jspecify.annotations.NullMarked;
