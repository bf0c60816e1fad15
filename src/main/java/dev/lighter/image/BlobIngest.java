package dev.lighter.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Takes one blob in as its bytes come: hashes and stores them, and, where they look like a layer, unpacks them at the same time on
 * another thread. Good for one blob; fed by one thread.
 */
final class BlobIngest implements AutoCloseable {
    private static final byte[] ZEROS = new byte[ChunkPipe.CHUNK];

    private final LoadAttempt attempt;
    private final MessageDigest digest = Sha256.start();
    private final boolean onlyHash;
    private final byte[] own = new byte[ChunkPipe.CHUNK];
    private final Path file;
    private final boolean resumed;
    private byte[] buffer = own;
    private @Nullable FileChannel channel;
    private @Nullable ChunkPipe pipe;
    private @Nullable Future<@Nullable UnpackedLayer> unpacking;
    private String digestText = "";
    private boolean plain;
    private long written;

    /** @param onlyHash whether the bytes are kept already and only their digest is wanted */
    BlobIngest(LoadAttempt attempt, boolean onlyHash) {
        this.attempt = attempt;
        this.onlyHash = onlyHash;
        this.file = attempt.newPath();
        this.resumed = false;
    }

    /** @param file where the bytes are kept, and the first of them may be already */
    BlobIngest(LoadAttempt attempt, Path file) {
        this.attempt = attempt;
        this.onlyHash = false;
        this.file = file;
        this.resumed = true;
    }

    /** Where the next bytes go. The first time it must be filled, or hold all there is. */
    byte[] buffer() {
        return buffer;
    }

    /** Takes the bytes that were put into the buffer. */
    void take(int count) throws IOException {
        take(count, true);
    }

    /** Takes the bytes that were put into the buffer from where they are kept already. */
    void takeKept(int count) throws IOException {
        take(count, false);
    }

    private void take(int count, boolean store) throws IOException {
        digest.update(buffer, 0, count);
        if (onlyHash) {
            return;
        }
        attempt.budget().write(count);
        FileChannel out = channel;
        if (out == null) {
            out = FileChannel.open(
                    file,
                    resumed ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            channel = out;
            if (looksLikeLayer(buffer, count)) {
                startUnpacking();
            }
        }
        if (store) {
            store(out, count);
        } else {
            written += count;
        }
        ChunkPipe target = pipe;
        if (target != null) {
            failIfUnpackingFailed();
            byte[] next = buffer == own ? target.buffer() : buffer;
            if (buffer == own) {
                System.arraycopy(own, 0, next, 0, count);
            }
            target.send(next, count);
            buffer = target.buffer();
        }
    }

    /** All was taken. Gives the blob's digest; the unpacking may go on. */
    String end() throws IOException {
        if (pipe != null) {
            pipe.end();
        }
        digestText = Sha256.finish(digest);
        FileChannel out = channel;
        if (out == null) {
            if (!onlyHash) {
                if (!resumed || !Files.exists(file)) {
                    Files.createFile(file);
                }
                attempt.addBlob(digestText, file);
            }
            return digestText;
        }
        if (out.size() < written) {
            // The file ends with a hole.
            out.write(ByteBuffer.wrap(ZEROS, 0, 1), written - 1);
        }
        out.close();
        attempt.addBlob(digestText, file);
        return digestText;
    }

    /** Waits for the unpacking, after the end. */
    void awaitLayer() throws IOException {
        UnpackedLayer layer = unpacked();
        if (layer != null) {
            attempt.addLayer(
                    digestText,
                    plain
                            ? new UnpackedLayer(digestText, layer.directory(), layer.sizeBytes(), layer.implied())
                            : layer);
        }
    }

    private void store(FileChannel out, int count) throws IOException {
        if (count != ZEROS.length || !Arrays.equals(buffer, ZEROS)) {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
            long position = written;
            while (bytes.hasRemaining()) {
                position += out.write(bytes, position);
            }
        }
        written += count;
    }

    private void startUnpacking() {
        ChunkPipe source = new ChunkPipe();
        pipe = source;
        plain = Compression.of(buffer, buffer.length) == Compression.NONE;
        boolean hash = !plain;
        unpacking = attempt.unpacking().submit(() -> {
            try {
                return unpack(attempt, source, hash);
            } finally {
                source.leave();
            }
        });
    }

    /** Unpacks a layer from its blob's bytes; null where they are no archive. */
    static @Nullable UnpackedLayer unpack(LoadAttempt attempt, InputStream blob, boolean hash) throws IOException {
        MessageDigest diff = Sha256.start();
        InputStream expanded = Compression.expand(blob, attempt.budget());
        TarReader tar = new TarReader(hash ? new DigestInputStream(expanded, diff) : expanded);
        Path directory = Files.createDirectory(attempt.newPath());
        try (LayerUnpacker unpacker = new LayerUnpacker(directory, attempt.budget())) {
            unpacker.unpack(tar);
            return new UnpackedLayer(
                    hash ? Sha256.finish(diff) : "", directory, unpacker.sizeBytes(), List.copyOf(unpacker.implied()));
        } catch (TarReader.NotTarException e) {
            return null;
        }
    }

    private static boolean looksLikeLayer(byte[] start, int length) {
        if (Compression.of(start, length) != Compression.NONE) {
            return true;
        }
        // The first header's checksum tells soon enough what is none; old archives have no other mark.
        return length >= TarReader.BLOCK;
    }

    private void failIfUnpackingFailed() throws IOException {
        if (unpacking != null && unpacking.isDone()) {
            unpacked();
        }
    }

    private @Nullable UnpackedLayer unpacked() throws IOException {
        return unpacking == null ? null : Unpacking.await(unpacking);
    }

    @Override
    public void close() throws IOException {
        if (pipe != null && unpacking != null) {
            pipe.breakOff();
            try {
                unpacking.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                // Reported where it matters; here it only must have ended before its directory is removed.
                unpacking = null;
            }
        }
        if (channel != null) {
            channel.close();
        }
    }
}
