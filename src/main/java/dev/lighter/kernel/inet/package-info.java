/** Sockets of IPv4 and IPv6 with what Java's own do not offer: error numbers, IPv6 alone, shutdown by reset, the address a datagram came to. */
@NullMarked
package dev.lighter.kernel.inet;

import org.jspecify.annotations.NullMarked;
