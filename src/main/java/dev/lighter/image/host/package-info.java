/** Files of this host that become an image: which ones, what they need to run, what must stay here. Plain Java. */
@NullMarked
package dev.lighter.image.host;

import org.jspecify.annotations.NullMarked;
