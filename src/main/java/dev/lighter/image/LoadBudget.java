package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What one load may still use of the disk; everything that writes asks first. Safe for all threads. */
final class LoadBudget {
    private static final long CHECK_BYTES = 1 << 20;
    private static final long CHECK_FILES = 256;

    private final ImageSettings settings;
    private final FileStore disk;
    private final long reserved;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong files = new AtomicLong();

    LoadBudget(ImageSettings settings, Path directory) throws IOException {
        this.settings = settings;
        this.disk = Files.getFileStore(directory);
        this.reserved = Math.min(settings.reservedBytes(), disk.getTotalSpace() / 20);
        checkDisk();
    }

    /** Asks to write this many bytes. */
    void write(long count) throws IOException {
        long before = bytes.getAndAdd(count);
        long now = before + count;
        if (now > settings.mostBytes()) {
            throw EngineException.invalid("the archive needs more than " + settings.mostBytes()
                    + " bytes on the disk; raise lighter.images.most-bytes if it is to be trusted");
        }
        if (before / CHECK_BYTES != now / CHECK_BYTES) {
            checkDisk();
        }
    }

    /** Asks to make one more file. */
    void file() throws IOException {
        long now = files.incrementAndGet();
        if (now > settings.mostFiles()) {
            throw EngineException.invalid("the archive has more than " + settings.mostFiles()
                    + " files; raise lighter.images.most-files if it is to be trusted");
        }
        if (now % CHECK_FILES == 0) {
            checkDisk();
        }
    }

    /** A decompressed stream that fails when it grows out of proportion to what went into it. */
    InputStream guard(InputStream expanded, LongSupplier compressedBytes) {
        return new FilterInputStream(expanded) {
            private long count;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int got;
                try {
                    got = super.read(buffer, offset, length);
                } catch (EngineException e) {
                    throw e;
                } catch (RuntimeException e) {
                    // Decoders meet some broken input only by stumbling over it.
                    throw new IOException("the compressed data is broken", e);
                }
                count += Math.max(0, got);
                if (count > settings.expansionFromBytes()
                        && count / settings.mostExpansion() > compressedBytes.getAsLong()) {
                    throw EngineException.invalid("the archive expands to more than " + settings.mostExpansion()
                            + " times its size; raise lighter.images.most-expansion if it is to be trusted");
                }
                return got;
            }
        };
    }

    private void checkDisk() throws IOException {
        // The database lives on the same disk and must go on writing whatever a load does.
        if (disk.getUsableSpace() < reserved) {
            throw new ErrnoException("write", "image", Errno.ENOSPC);
        }
    }
}
