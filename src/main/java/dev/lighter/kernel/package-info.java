/** Linux as a Java library: system calls, descriptors, processes, mounts, cgroups, capabilities and filters, without any policy. */
@NullMarked
package dev.lighter.kernel;

import org.jspecify.annotations.NullMarked;
