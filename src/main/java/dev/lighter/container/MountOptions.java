package dev.lighter.container;

import java.util.List;

/**
 * What is mounted into a container besides its image, as it was asked for.
 *
 * @param binds {@code source:target[:options]}, as Docker's clients write them
 */
public record MountOptions(List<String> binds) {
    /** Nothing. */
    public static MountOptions none() {
        return new MountOptions(List.of());
    }
}
