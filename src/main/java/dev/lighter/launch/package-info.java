/** Programs of system calls: building, linking, running and explaining them. */
@NullMarked
package dev.lighter.launch;

import org.jspecify.annotations.NullMarked;
