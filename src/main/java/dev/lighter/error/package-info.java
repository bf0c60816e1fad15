/** The one exception that features throw, with its closed set of kinds. */
@NullMarked
package dev.lighter.error;

import org.jspecify.annotations.NullMarked;
