/** The links that containers reach their networks by: bridges, pairs, and the namespaces they end in. */
@NullMarked
package dev.lighter.network.link;

import org.jspecify.annotations.NullMarked;
