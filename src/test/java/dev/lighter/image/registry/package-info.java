/** Tests of the client of registries, against one that misbehaves. */
@NullMarked
package dev.lighter.image.registry;

import org.jspecify.annotations.NullMarked;
