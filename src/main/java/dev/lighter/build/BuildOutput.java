package dev.lighter.build;

import dev.lighter.image.TransferEvent;

/** Takes what a build says while it goes on, from one thread at a time. Fails with {@link java.io.UncheckedIOException} when nobody listens any more. */
public interface BuildOutput {
    /** A piece of text; lines end with a line feed. */
    void text(String text);

    /** How the pull of a base image goes on. */
    void transfer(TransferEvent event);

    /** The image that was built, by its id. */
    void image(String id);
}
