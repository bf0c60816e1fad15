/** The registry as its clients see it. */
@NullMarked
package dev.lighter.registryapi;

import org.jspecify.annotations.NullMarked;
