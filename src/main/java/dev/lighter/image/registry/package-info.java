/** A client of registries, OCI distribution specification: hosts, tokens, manifests and blobs. Knows nothing of how images are kept. */
@NullMarked
package dev.lighter.image.registry;

import org.jspecify.annotations.NullMarked;
