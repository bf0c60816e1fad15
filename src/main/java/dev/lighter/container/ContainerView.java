package dev.lighter.container;

/** A container as it is at one moment: what crosses to other features. The name has no leading slash. */
public record ContainerView(String id, String name, ContainerSpec spec, ContainerState state) {
    /** The first twelve digits of the id. */
    public String shortId() {
        return id.substring(0, 12);
    }
}
