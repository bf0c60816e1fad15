package dev.lighter.image;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Images in the form that leaves this machine, the same bytes every time. Safe for all threads. */
public interface ImagePublishing {
    /**
     * The image's manifest and blobs. What is missing is made and kept: the archives of layers that were written here, packed and hashed in
     * one pass, and the manifest. Fails with NOT_FOUND in Docker's words.
     */
    PublishedImage publish(String imageId);

    /** The bytes of a blob that is kept; the caller closes it. Fails with NOT_FOUND where there is none. */
    FileChannel open(String digest) throws IOException;
}
