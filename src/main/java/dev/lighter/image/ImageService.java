package dev.lighter.image;

import java.nio.file.Path;
import java.util.List;

/** The images of this engine. Safe for all threads. */
public interface ImageService {
    /**
     * The image with this name, id or unambiguous beginning of an id. Fails with NOT_FOUND in Docker's words. The starter image is waited
     * for while it is being built.
     */
    ImageDetails get(String reference);

    /**
     * The directories of an image's layers, lowest first, valid as long as somebody uses the image.
     *
     * @see ImageUsers
     */
    List<Path> layerDirectories(String imageId);

    /** How many images there are. */
    int count();

    /** All images, newest first. */
    List<ImageDetails> list();
}
