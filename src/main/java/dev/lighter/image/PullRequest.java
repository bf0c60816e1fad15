package dev.lighter.image;

import dev.lighter.image.registry.Credentials;

/**
 * What to pull.
 *
 * @param reference a repository with a tag or a digest; with neither all its tags are meant
 * @param platform {@code os/architecture/variant} as users write it, or empty for this machine's
 */
public record PullRequest(ImageReference reference, String platform, Credentials credentials) {}
