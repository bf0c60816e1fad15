/** The registry's paths, {@code /v2/}: translation only. */
@NullMarked
package dev.lighter.registryapi;

import org.jspecify.annotations.NullMarked;
