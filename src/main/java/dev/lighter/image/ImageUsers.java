package dev.lighter.image;

import java.util.List;

/** Tells who uses an image; implemented by features above this one, asked before an image is removed. */
public interface ImageUsers {
    /** One user of an image. */
    record ImageUser(String containerId, String containerName, boolean running) {}

    /** The containers made from the image with this id. */
    List<ImageUser> usersOf(String imageId);

    /** Whether a container stands on the layers of the image with this id although it was made from another: the image may go, they may not. */
    default boolean needsLayersOf(String imageId) {
        return false;
    }
}
