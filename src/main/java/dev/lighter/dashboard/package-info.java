/** The pages of the browser dashboard under {@code /ui}. */
@NullMarked
package dev.lighter.dashboard;

import org.jspecify.annotations.NullMarked;
