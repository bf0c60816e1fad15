/** Who makes a request and whether it may: identities, cookies, cross-site protection. */
@NullMarked
package dev.lighter.security;

import org.jspecify.annotations.NullMarked;
