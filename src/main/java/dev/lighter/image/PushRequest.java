package dev.lighter.image;

import dev.lighter.image.registry.Credentials;

/**
 * What to push.
 *
 * @param reference a repository with a tag; without one all its tags are meant
 */
public record PushRequest(ImageReference reference, Credentials credentials) {}
