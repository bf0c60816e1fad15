package dev.lighter.image.registry;

/**
 * A manifest or an index as a registry gave it, unread.
 *
 * @param bytes exactly as they came
 * @param mediaType as announced, without parameters; empty where nothing was
 * @param announcedDigest the digest that the registry says it has, or empty
 */
public record RegistryManifest(byte[] bytes, String mediaType, String announcedDigest) {}
