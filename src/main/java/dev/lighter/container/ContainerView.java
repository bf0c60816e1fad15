package dev.lighter.container;

/**
 * A container as it is at one moment: what crosses to other features. The name has no leading slash.
 *
 * @param rootImageId the image whose layers it stands on: the one that it was made from, or one that was made of what it has written
 */
public record ContainerView(String id, String name, ContainerSpec spec, ContainerState state, String rootImageId) {
    /** A container that stands on the layers of the image that it was made from. */
    public ContainerView(String id, String name, ContainerSpec spec, ContainerState state) {
        this(id, name, spec, state, spec.imageId());
    }

    /** The first twelve digits of the id. */
    public String shortId() {
        return id.substring(0, 12);
    }
}
