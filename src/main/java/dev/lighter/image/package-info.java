/** References, the content store, layers, archives and the starter image. */
@NullMarked
package dev.lighter.image;

import org.jspecify.annotations.NullMarked;
