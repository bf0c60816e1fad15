/** Control groups, version 1, version 2 and the hybrid of the two, behind one small interface. */
@NullMarked
package dev.lighter.kernel.cgroup;

import org.jspecify.annotations.NullMarked;
