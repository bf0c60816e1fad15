/** The DNS server that containers ask on their network's gateway: their own names first, everything else from the host's resolvers. */
@NullMarked
package dev.lighter.network.dns;

import org.jspecify.annotations.NullMarked;
