/** Reading the logs of containers: by lines, by time, from the end, and while they grow. */
@NullMarked
package dev.lighter.container.log;

import org.jspecify.annotations.NullMarked;
