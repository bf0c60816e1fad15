/** The Docker Engine API: thin controllers and wire records, without logic. */
@NullMarked
package dev.lighter.dockerapi;

import org.jspecify.annotations.NullMarked;
