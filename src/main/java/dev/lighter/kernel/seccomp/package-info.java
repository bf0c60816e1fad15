/** The filter of system calls that containers run under: a readable list, compiled to the kernel's filter machine. */
@NullMarked
package dev.lighter.kernel.seccomp;

import org.jspecify.annotations.NullMarked;
