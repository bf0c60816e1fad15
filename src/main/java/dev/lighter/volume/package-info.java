/** Volumes: directories and filesystems that outlive containers and are shared by them. */
@NullMarked
package dev.lighter.volume;

import org.jspecify.annotations.NullMarked;
