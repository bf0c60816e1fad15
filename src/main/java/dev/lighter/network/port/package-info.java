/** Published ports: what users ask for, which ports of the host that makes, holding these, and relaying where the kernel does not translate. */
@NullMarked
package dev.lighter.network.port;

import org.jspecify.annotations.NullMarked;
