package dev.lighter.image;

import dev.lighter.image.registry.Credentials;

/**
 * What to push.
 *
 * @param reference a repository with a tag; without one all its tags are meant
 * @param platform what the image must be for, as users write it or as Docker's JSON; empty where that does not matter
 */
public record PushRequest(ImageReference reference, String platform, Credentials credentials) {}
