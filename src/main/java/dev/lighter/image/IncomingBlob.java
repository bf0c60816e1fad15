package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A blob that is being received: hashed while it is written, in a file that goes when this is closed, unless the blob was kept by then
 * ({@link ContentStore#keep}). One thread at a time.
 */
public final class IncomingBlob implements AutoCloseable {
    private final ImageDirectories directories;
    private final Path directory;
    private final Path file;
    private final FileChannel channel;
    private final LoadBudget budget;
    private final MessageDigest hash = Sha256.start();
    private long sizeBytes;
    private @Nullable String digest;

    IncomingBlob(ImageDirectories directories, LoadBudget budget) throws IOException {
        this.directories = directories;
        this.budget = budget;
        this.directory = directories.newTemporary();
        this.file = directory.resolve("blob");
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Takes the next bytes. Fails with INTERNAL where the disk is full. */
    public void write(byte[] bytes, int count) {
        try {
            budget.write(count);
            ByteBuffer rest = ByteBuffer.wrap(bytes, 0, count);
            while (rest.hasRemaining()) {
                sizeBytes += channel.write(rest, sizeBytes);
            }
        } catch (IOException e) {
            throw ImageLoader.reason(e);
        }
        hash.update(bytes, 0, count);
    }

    /** How many bytes have come. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The digest of all that came; nothing can follow. */
    public String digest() {
        String known = digest;
        if (known == null) {
            known = Sha256.finish(hash);
            digest = known;
        }
        return known;
    }

    Path file() {
        return file;
    }

    /** Lets go of the file. */
    @Override
    public void close() {
        try {
            channel.close();
            directories.removeTemporary(directory.getFileName().toString());
        } catch (IOException e) {
            throw EngineException.internal("what was received cannot be removed: " + e.getMessage(), e);
        }
    }
}
