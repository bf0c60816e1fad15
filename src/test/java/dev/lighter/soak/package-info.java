/** Long tests: many kills of the engine, a thousand containers at once. */
@NullMarked
package dev.lighter.soak;

import org.jspecify.annotations.NullMarked;
