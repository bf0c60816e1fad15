/** Containers: specification, life cycle, logs and streams. */
@NullMarked
package dev.lighter.container;

import org.jspecify.annotations.NullMarked;
