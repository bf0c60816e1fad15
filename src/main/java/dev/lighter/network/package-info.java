/** Networks of containers: what they are, their addresses, links and names, and what containers have in them. */
@NullMarked
package dev.lighter.network;

import org.jspecify.annotations.NullMarked;
