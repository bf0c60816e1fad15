/** The only place that knows the foreign-function library: raw system calls, memory and {@code posix_spawn}. */
@NullMarked
package dev.lighter.kernel.ffi;

import org.jspecify.annotations.NullMarked;
