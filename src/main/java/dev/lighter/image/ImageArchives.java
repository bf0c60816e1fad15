package dev.lighter.image;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Archives of images. Safe for all threads. */
public interface ImageArchives {
    /**
     * Gets images ready to be written. A repository's name alone stands for all its tags; by id or digest an image has no name in the
     * archive. Fails with NOT_FOUND in Docker's words.
     *
     * @param platform Docker's JSON for the platform that all of them must be for, or empty
     */
    Archive open(List<String> references, String platform);

    /**
     * One archive of images, an OCI layout and an archive of Docker's in one. What it names stays readable until it is closed, even where
     * it is removed meanwhile. Belongs to one thread.
     */
    interface Archive extends AutoCloseable {
        /** Writes the archive; each blob once. The stream stays open. */
        void writeTo(OutputStream out) throws IOException;

        @Override
        void close();
    }
}
