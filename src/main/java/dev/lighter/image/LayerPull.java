package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.image.registry.BlobReader;
import dev.lighter.image.registry.PullSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Brings one layer of one pull: what an earlier attempt left is read from the disk, the rest comes from the registry, and while it comes it
 * is hashed, kept and unpacked. Belongs to one thread.
 */
final class LayerPull {
    private static final int SHORT_ID = 12;
    private static final int LEAST_KEPT = 4096;

    private final BlobDescriptor layer;
    private final LoadAttempt attempt;
    private final PullSource source;
    private final Downloads.Use use;
    private final Semaphore turns;
    private final Transfer transfer;

    LayerPull(
            BlobDescriptor layer,
            LoadAttempt attempt,
            PullSource source,
            Downloads.Use use,
            Semaphore turns,
            Transfer transfer) {
        this.layer = layer;
        this.attempt = attempt;
        this.source = source;
        this.use = use;
        this.turns = turns;
        this.transfer = transfer;
    }

    static String shortId(String digest) {
        return Sha256.hex(digest).substring(0, SHORT_ID);
    }

    private void tell(String status) {
        transfer.tell(TransferEvent.of(shortId(layer.digest()), status));
    }

    private void tell(String status, long bytes) {
        transfer.tell(TransferEvent.of(shortId(layer.digest()), status, bytes, layer.sizeBytes()));
    }

    /** Runs until the layer is unpacked in the attempt. */
    void run() throws IOException {
        BlobIngest ingest = null;
        try {
            if (!turns.tryAcquire()) {
                tell("Waiting");
                acquire();
            }
            try {
                use.lock();
                try {
                    ingest = download();
                } finally {
                    use.unlock();
                }
            } finally {
                turns.release();
            }
            tell("Download complete");
            tell("Extracting", layer.sizeBytes());
            ingest.awaitLayer();
            tell("Pull complete");
        } finally {
            close(ingest);
        }
    }

    private void acquire() throws InterruptedIOException {
        try {
            turns.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the transfer was interrupted");
        }
    }

    /** The unpacking thread must have ended before its directory goes, whoever is in a hurry. */
    private static void close(@Nullable BlobIngest ingest) throws IOException {
        if (ingest != null) {
            boolean interrupted = Thread.interrupted();
            try {
                ingest.close();
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private BlobIngest download() throws IOException {
        Path file = use.file();
        long kept = Files.exists(file) ? Files.size(file) : 0;
        if (kept > layer.sizeBytes() || kept < LEAST_KEPT) {
            Files.deleteIfExists(file);
            kept = 0;
        }
        BlobIngest ingest = ingested(kept, source);
        if (ingest == null && isDoubtful(kept, source)) {
            // What was kept may be what spoiled it, for instance after a power failure, or a mirror that lies.
            Files.deleteIfExists(file);
            ingest = ingested(0, source.withoutMirrors());
        }
        if (ingest == null) {
            throw EngineException.invalid("filesystem layer verification failed for digest " + layer.digest()
                    + ": the registry sent other bytes");
        }
        return ingest;
    }

    /** All bytes of the blob, the first so many from the disk; null where they have another digest. */
    private @Nullable BlobIngest ingested(long kept, PullSource from) throws IOException {
        BlobIngest ingest = new BlobIngest(attempt, use.file());
        boolean good = false;
        try {
            long done = 0;
            if (kept > 0) {
                try (InputStream in = Files.newInputStream(use.file())) {
                    done = replay(ingest, in, kept);
                }
            }
            try (BlobReader reader = from.blob(layer.digest(), layer.sizeBytes(), done)) {
                receive(ingest, reader, done);
            }
            tell("Verifying Checksum");
            good = ingest.end().equals(layer.digest());
            return good ? ingest : null;
        } catch (EngineException | IOException e) {
            if (isDoubtful(kept, from) && !(e instanceof IOException io && RegistryFailures.isInterruption(io))) {
                // Unpacking may have met the rubbish before the digest tells; with fresh bytes it will show.
                return null;
            }
            throw e;
        } finally {
            if (!good) {
                close(ingest);
            }
        }
    }

    /** Whether the registry itself could give better bytes. */
    private static boolean isDoubtful(long kept, PullSource from) {
        return kept > 0 || from.hasMirrors();
    }

    private long replay(BlobIngest ingest, InputStream in, long kept) throws IOException {
        long done = 0;
        while (done < kept) {
            int count = fill(in, ingest.buffer(), kept - done);
            if (count == 0) {
                break;
            }
            ingest.takeKept(count);
            done += count;
        }
        return done;
    }

    private void receive(BlobIngest ingest, BlobReader reader, long start) throws IOException {
        long done = start;
        tell("Downloading", done);
        while (true) {
            int count = fill(reader, ingest.buffer(), Long.MAX_VALUE);
            if (count == 0) {
                return;
            }
            ingest.take(count);
            done += count;
            tell("Downloading", done);
        }
    }

    /** Fills the buffer as far as there is something. */
    private static int fill(InputStream in, byte[] buffer, long most) throws IOException {
        int limit = (int) Math.min(buffer.length, most);
        int count = 0;
        while (count < limit) {
            int got = in.read(buffer, count, limit - count);
            if (got < 0) {
                break;
            }
            count += got;
        }
        return count;
    }
}
