/** The engine's one table of packet filter rules: published ports, walls between networks, the way out; made, watched and made again. */
@NullMarked
package dev.lighter.network.firewall;

import org.jspecify.annotations.NullMarked;
