package dev.lighter.image;

import java.util.function.Consumer;

/** Makes images from what containers and builds have written. Safe for all threads. */
public interface ImageAssembly {
    /**
     * Makes an image, and gives it. Takes about as long as renaming a directory where the layer may be taken. A small layer is hashed
     * at once; a large one gets its digest on a thread of its own, and whoever needs the image in the form that leaves this machine waits
     * for that ({@link ImagePublishing}). Its id stays what it is. Fails with INVALID where the image would have more layers than the
     * kernel mounts; nothing is kept then, and a directory that was to be taken is where it was.
     */
    default ImageDetails make(NewImage image) {
        return make(image, id -> {});
    }

    /**
     * The same for who keeps a record of the image.
     *
     * @param alongside is told the image's id and records what it likes, in the transaction that records the image: both or neither. Nobody
     *     removes the image before it has returned.
     */
    ImageDetails make(NewImage image, Consumer<String> alongside);

    /** The same, but nobody sees the image, and it stays as long as somebody needs its layers, see {@link ImageUsers#needsLayersOf}. */
    ImageDetails makeUnseen(NewImage image, Consumer<String> alongside);

    /**
     * Waits until the true digests of all the image's layers are known, which takes about as long as reading those that are not. Fails with
     * NOT_FOUND where there is no such image any more.
     */
    void awaitSettled(String imageId);
}
