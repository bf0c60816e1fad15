/** Settings of the host that networks need: changed as little as possible, remembered, and put back. */
@NullMarked
package dev.lighter.network.host;

import org.jspecify.annotations.NullMarked;
