package dev.lighter.container;

import dev.lighter.image.ImageConfig;
import dev.lighter.image.ImageReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for when an image is made of a container.
 *
 * @param name what the image is called; null for no name
 * @param pause whether a container that runs is frozen while its files are copied
 * @param config makes the image's configuration of the container's
 */
public record CommitRequest(
        @Nullable ImageReference name,
        String comment,
        String author,
        boolean pause,
        UnaryOperator<ImageConfig> config) {}
