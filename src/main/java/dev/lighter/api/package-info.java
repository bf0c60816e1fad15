/** Lighter's own REST resources under {@code /api}. */
@NullMarked
package dev.lighter.api;

import org.jspecify.annotations.NullMarked;
