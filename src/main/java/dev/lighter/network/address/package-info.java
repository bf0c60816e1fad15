/** Subnets and the addresses in them: which are free, which are whose. */
@NullMarked
package dev.lighter.network.address;

import org.jspecify.annotations.NullMarked;
