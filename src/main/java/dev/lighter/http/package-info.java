/** Connectors, request filters and hijacked streams below every controller. */
@NullMarked
package dev.lighter.http;

import org.jspecify.annotations.NullMarked;
