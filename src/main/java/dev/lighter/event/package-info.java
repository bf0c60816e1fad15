/** What happened in the engine, told to whoever listens. */
@NullMarked
package dev.lighter.event;

import org.jspecify.annotations.NullMarked;
