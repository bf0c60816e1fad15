package dev.lighter.registry;

import dev.lighter.image.IncomingBlob;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/** One upload of a blob, over any number of requests, one at a time; where a request breaks off, what came before stays. */
public final class Upload {
    private static final int BUFFER = 256 * 1024;
    /** The position of a chunk that does not say where it begins. */
    public static final long ANYWHERE = -1;

    private final String id;
    private final Repository repository;
    private final IncomingBlob blob;
    private final Blobs blobs;
    private final ReentrantLock inUse = new ReentrantLock();
    private volatile Instant lastUsed = Instant.now();
    private volatile long received;
    private volatile boolean ended;

    Upload(String id, Repository repository, IncomingBlob blob, Blobs blobs) {
        this.id = id;
        this.repository = repository;
        this.blob = blob;
        this.blobs = blobs;
    }

    /** What requests call it. */
    public String id() {
        return id;
    }

    /** Where its blob will be. */
    public Repository repository() {
        return repository;
    }

    /** How many bytes have come. */
    public long received() {
        return received;
    }

    /**
     * Takes the next bytes. Fails with RANGE_INVALID where they do not follow on those before.
     *
     * @param position where they begin, or {@link #ANYWHERE}
     * @param length how many they must be, or {@link #ANYWHERE}
     */
    public void append(InputStream bytes, long position, long length) throws IOException {
        begin();
        try {
            take(bytes, position, length);
        } finally {
            inUse.unlock();
        }
    }

    private void take(InputStream bytes, long position, long length) throws IOException {
        if (position != ANYWHERE && position != received) {
            throw new RegistryException(
                    RegistryError.RANGE_INVALID,
                    "the chunk begins at byte " + position + ", but " + received + " bytes have come so far");
        }
        long before = received;
        byte[] buffer = new byte[BUFFER];
        for (int count = bytes.readNBytes(buffer, 0, BUFFER); count > 0; count = bytes.readNBytes(buffer, 0, BUFFER)) {
            blob.write(buffer, count);
            received = blob.sizeBytes();
            lastUsed = Instant.now();
        }
        if (length != ANYWHERE && received - before != length) {
            throw new RegistryException(
                    RegistryError.BLOB_UPLOAD_INVALID,
                    "the chunk has " + (received - before) + " bytes, its Content-Range says " + length);
        }
    }

    /** Takes the last bytes and adds the blob to the repository. Fails with DIGEST_INVALID where it is another; the upload has ended then. */
    void finish(InputStream bytes, long position, long length, String digest) throws IOException {
        begin();
        try {
            take(bytes, position, length);
            ended = true;
            if (!blob.digest().equals(digest)) {
                throw new RegistryException(
                        RegistryError.DIGEST_INVALID,
                        "provided digest did not match uploaded content: it is " + blob.digest() + ", not " + digest);
            }
            blobs.add(repository, blob);
        } finally {
            if (ended) {
                blob.close();
            }
            inUse.unlock();
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether nobody has sent a byte since then, or sends any now. */
    boolean isIdleSince(Instant then) {
        return !inUse.isLocked() && lastUsed.isBefore(then);
    }

    /** Gives it up, with what came. */
    void cancel() {
        inUse.lock();
        try {
            ended = true;
            blob.close();
        } finally {
            inUse.unlock();
        }
    }

    private void begin() {
        if (!inUse.tryLock()) {
            throw new RegistryException(
                    RegistryError.BLOB_UPLOAD_INVALID, "another request is writing to the upload " + id);
        }
        if (ended) {
            inUse.unlock();
            throw Uploads.unknown(id);
        }
        lastUsed = Instant.now();
    }
}
