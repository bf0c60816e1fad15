/** Users, sign-in, roles and tokens. */
@NullMarked
package dev.lighter.team;

import org.jspecify.annotations.NullMarked;
