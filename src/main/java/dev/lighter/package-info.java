/** Lighter: a container engine and a team platform in one process. */
@NullMarked
package dev.lighter;

import org.jspecify.annotations.NullMarked;
