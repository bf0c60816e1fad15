/**
 * Lighter as a registry: what was pushed here, and how it and the local images are seen as repositories.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI distribution specification</a>
 */
@NullMarked
package dev.lighter.registry;

import org.jspecify.annotations.NullMarked;
