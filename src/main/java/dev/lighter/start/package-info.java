/** What has to be true before the engine starts, and how it is told when it is not. */
@NullMarked
package dev.lighter.start;

import org.jspecify.annotations.NullMarked;
