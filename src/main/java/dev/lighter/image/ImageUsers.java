package dev.lighter.image;

import java.util.List;

/** Tells who uses an image; implemented by features above this one, asked before an image is removed. */
public interface ImageUsers {
    /** One user of an image. */
    record ImageUser(String containerId, String containerName, boolean running) {}

    /** The containers made from the image with this id. */
    List<ImageUser> usersOf(String imageId);
}
