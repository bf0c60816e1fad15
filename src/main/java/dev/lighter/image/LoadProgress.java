package dev.lighter.image;

/** Hears how a load goes on, on the loading thread. */
public interface LoadProgress {
    /** Hears nothing. */
    LoadProgress SILENT = new LoadProgress() {};

    /**
     * A blob has come so far.
     *
     * @param name the blob's name in the archive, shortened
     * @param currentBytes how much of it is there
     * @param totalBytes how large it is
     */
    default void layer(String name, long currentBytes, long totalBytes) {}

    /** An image is ready, under one of its names. */
    default void loaded(LoadedImage image) {}

    /** A name was taken from the image that had it. */
    default void replaced(String name, String formerId) {}
}
