package dev.lighter.image;

/** Makes images from what containers and builds have written. Safe for all threads. */
public interface ImageAssembly {
    /**
     * Makes an image, and gives it. Takes about as long as renaming a directory where the layer may be taken. A small layer is hashed
     * at once; a large one gets its digest on a thread of its own, and whoever needs the image in the form that leaves this machine waits
     * for that ({@link ImagePublishing}). Its id stays what it is. Fails with INVALID where the image would have more layers than the
     * kernel mounts; nothing is kept then, and a directory that was to be taken is where it was.
     */
    ImageDetails make(NewImage image);
}
