/** The processes of containers, told as ps(1) tells them, from what the kernel says; no program is run for it. */
@NullMarked
package dev.lighter.container.process;

import org.jspecify.annotations.NullMarked;
