/** A whole engine as a process of its own, for tests that use it as its users do. */
@NullMarked
package dev.lighter.engine;

import org.jspecify.annotations.NullMarked;
