package dev.lighter.container;

import dev.lighter.network.EndpointSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container is to be that is about to be made: of a request and an image, or like another one. Good for one container. */
interface ContainerDesign {
    /** What it is called; null or empty for a generated name. */
    @Nullable
    String name();

    /** Decides what is mounted into it, and claims the volumes among that. */
    ContainerMounts.Claimed claim(String id);

    /** What it is, but for users and places that depend on other containers. */
    ContainerSpec spec(String id, List<MountPoint> mounts);

    /** Whose its users and groups are, as {@link ContainerRequest#usersMode}. */
    String usersMode();

    /** What is asked for on single networks. */
    Map<String, EndpointSettings> endpoints();

    /** The image whose layers it stands on. */
    String rootImageId();

    /** Records what belongs to it elsewhere, in the transaction that records the container. */
    default void record(String id) {}
}
