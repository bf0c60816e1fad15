package dev.lighter.image;

import dev.lighter.image.registry.Credentials;

/**
 * Images from and to registries. Every method returns when all is done; failures are in Docker's words. Whoever wants the same image at the
 * same time shares the work. Safe for all threads.
 */
public interface ImageTransfers {
    /**
     * Pulls an image, or all tags of a repository. The starter image is made from this host's files instead: no registry is asked for it.
     * Fails with NOT_FOUND where the registry has none or does not show it, FORBIDDEN where it wants other credentials or leads where it
     * must not, UNAVAILABLE where it does not answer or asks to wait, INVALID where what it has is no image for this engine. A pull that
     * broke off goes on the next time where it was.
     */
    void pull(PullRequest request, TransferProgress progress);

    /** Pushes an image, or all tags of a repository. Fails with NOT_FOUND where there is none here; else as a pull does. */
    void push(PushRequest request, TransferProgress progress);

    /**
     * Asks a registry whether it accepts credentials. Fails with UNAUTHORIZED where it does not.
     *
     * @param server a host or an address as clients write it; empty for Docker's own registry
     */
    void authenticate(String server, Credentials credentials);

    /** What a registry has under a name, without pulling it. */
    DistributedImage distribution(ImageReference reference, Credentials credentials);
}
