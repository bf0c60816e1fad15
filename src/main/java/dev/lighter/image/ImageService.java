package dev.lighter.image;

import java.io.InputStream;
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

    /** How many bytes an image's unpacked layers have; also of one that was removed by force while containers need it. */
    long sizeBytes(String imageId);

    /** How many bytes of an image's layers other images have, too. */
    long sharedBytes(String imageId);

    /**
     * Loads all images of an archive, Docker's or OCI's, plain or compressed, and gives them. Fails with INVALID where the archive is
     * broken, incomplete, or larger than the settings allow; nothing of it is kept then, except images that were complete before.
     *
     * @param platform Docker's JSON for the platform to choose where there are several, or empty for this machine's
     */
    List<LoadedImage> load(InputStream archive, String platform, LoadProgress progress);

    /** Gives an image one more name; takes it from the image that had it. An empty tag means {@code latest}. */
    void tag(String reference, String repository, String tag);

    /**
     * Takes a name away, and with its last name the image; by id the image with its names. Fails with CONFLICT in Docker's words where
     * containers stand in the way. Gives what was done, in order.
     */
    List<ImageRemoval> remove(String reference, boolean force);

    /** Makes the starter image where it is missing, and gives it. Fails with NOT_IMPLEMENTED for every other name. */
    ImageDetails make(String reference);
}
