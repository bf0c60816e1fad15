/** Dockerfiles made into images: contexts, stages, steps, the cache of steps. */
@NullMarked
package dev.lighter.build;

import org.jspecify.annotations.NullMarked;
