package dev.lighter.image;

import dev.lighter.image.ImageUsers.ImageUser;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
     * containers stand in the way, or images that were made on top of it. Gives what was done, in order.
     *
     * @param parents whether images below it that have no name and that nobody needs any more go, too
     */
    List<ImageRemoval> remove(String reference, boolean force, boolean parents);

    /** The same with the images below it. */
    default List<ImageRemoval> remove(String reference, boolean force) {
        return remove(reference, force, true);
    }

    /**
     * Removes images that no container was made from and that are meant; what cannot be removed stays.
     *
     * @param tagged whether those that have a tag go, too
     */
    PrunedImages prune(boolean tagged, Predicate<ImageDetails> meant);

    /** How an image was made, last step first. Fails with NOT_FOUND in Docker's words. */
    List<HistoryStep> history(String reference);

    /**
     * Fails with NOT_FOUND where there is no such image, or it is for another platform than the one asked for.
     *
     * @param platform Docker's JSON, or empty for any
     */
    void requirePlatform(String reference, String platform);

    /** An image's configuration file as it came. */
    String configFile(String imageId);

    /** What names the manifest that the image leaves with; null as long as it has none. */
    @Nullable
    BlobDescriptor manifest(String imageId);

    /** Whether an image was made here on top of this one. */
    boolean hasChildren(String imageId);

    /** The containers that were made from an image. */
    List<ImageUser> usersOf(String imageId);

    /** What an image takes on the disk. */
    ImageUsage usage(String imageId);

    /** What all images take on the disk, everything counted once. */
    long bytesOnDisk();

    /**
     * Makes an image of a file system in a tar archive, plain or compressed, and gives it. Fails with INVALID where it is none; nothing is
     * kept then.
     *
     * @param platform Docker's JSON or {@code os/architecture/variant}; empty for this machine's
     * @param name what it is to be called; null for nothing
     */
    ImageDetails importArchive(
            InputStream archive,
            ImageConfig config,
            String comment,
            String platform,
            @Nullable ImageReference name,
            LoadProgress progress);

    /** Makes the starter image where it is missing, and gives it. Fails with NOT_IMPLEMENTED for every other name. */
    ImageDetails make(String reference);
}
