package dev.lighter.image;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The content store, for features that receive and give out content of their own. Bytes are received first, where nobody sees them, and kept
 * together with the record of who needs them ({@link BlobOwners}); a blob that nobody needs any more is deleted together with the
 * last record. A crash in between leaves bytes without a record, which the next start clears away. Safe for all threads.
 */
public interface ContentStore {
    /** The length of a blob that is kept, in bytes; empty where there is none. */
    OptionalLong size(String digest);

    /** The file of a blob that is kept. It may go at any moment if nobody needs it. */
    Path file(String digest);

    /** A blob in memory. Fails with INVALID where it is larger than so many bytes, with NOT_FOUND where there is none. */
    byte[] read(String digest, int mostBytes);

    /** Begins to receive a blob. What is not kept goes when it is closed, or with the engine. */
    IncomingBlob receive();

    /** Keeps what was received, and records meanwhile who needs it. Where the recording fails nothing is kept. */
    void keep(Collection<IncomingBlob> blobs, Runnable record);

    /** Records that blobs are needed no more, gives their digests, and deletes those that nobody else needs. */
    void release(Supplier<? extends Collection<String>> record);

    /**
     * Makes an image of blobs that are kept, under a name that is taken from whoever had it; gives its id. Layers that are not unpacked yet
     * are unpacked and checked. Fails with INVALID where they are none that belong to the configuration; nothing of it stays then.
     *
     * @param config the configuration file
     * @param manifest the manifest that names both
     * @param layers the digests of the layers' blobs, lowest first
     */
    String makeImage(byte[] config, byte[] manifest, List<String> layers, ImageReference name);

    /** Takes a name from whichever image has it; the image stays. Does nothing where there is no such name. */
    void removeName(ImageReference name);

    /** Whether an image's configuration says that it is for this machine. Fails with INVALID where it is no configuration. */
    boolean isForThisMachine(byte[] config);
}
