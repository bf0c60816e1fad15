/** Figures of this engine beside those of its peers, measured in one run on one machine. */
@NullMarked
package dev.lighter.bench;

import org.jspecify.annotations.NullMarked;
