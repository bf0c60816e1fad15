/** Dockerfiles as text: lines, instructions, variables and the patterns of ignore files. Plain Java; reads and writes nothing. */
@NullMarked
package dev.lighter.build.dockerfile;

import org.jspecify.annotations.NullMarked;
