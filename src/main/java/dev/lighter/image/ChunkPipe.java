package dev.lighter.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Hands large pieces of a stream from one thread to another without copying them, a bounded number at a time. The writing thread fills
 * {@link #buffer}s and {@link #send}s them; the reading thread sees a stream. When the reading thread goes away early, the rest is
 * dropped; when the writing thread breaks off, the reading thread fails.
 */
final class ChunkPipe extends InputStream {
    static final int CHUNK = 256 * 1024;
    private static final int MOST_CHUNKS = 6;

    private record Chunk(byte[] bytes, int length) {}

    private final Deque<Chunk> full = new ArrayDeque<>();
    private final Deque<byte[]> free = new ArrayDeque<>();
    private int made;
    private boolean ended;
    private boolean broken;
    private boolean readerGone;
    private @Nullable Chunk current;
    private int position;

    /** An empty piece to fill; waits while the reading thread is behind. */
    synchronized byte[] buffer() throws IOException {
        while (free.isEmpty() && made >= MOST_CHUNKS && !readerGone) {
            await();
        }
        byte[] buffer = free.poll();
        if (buffer == null) {
            made++;
            buffer = new byte[CHUNK];
        }
        return buffer;
    }

    /** Hands over a piece that {@link #buffer} gave. */
    synchronized void send(byte[] buffer, int length) {
        if (readerGone) {
            free.push(buffer);
        } else {
            full.add(new Chunk(buffer, length));
        }
        notifyAll();
    }

    /** Nothing follows. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The rest will never come. */
    synchronized void breakOff() {
        broken = true;
        notifyAll();
    }

    /** The reading thread reads no more. */
    synchronized void leave() {
        readerGone = true;
        full.clear();
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Chunk chunk = current;
        if (chunk == null) {
            chunk = next();
            if (chunk == null) {
                return -1;
            }
            current = chunk;
            position = 0;
        }
        int count = Math.min(length, chunk.length - position);
        System.arraycopy(chunk.bytes, position, target, offset, count);
        position += count;
        if (position == chunk.length) {
            recycle(chunk.bytes);
            current = null;
        }
        return count;
    }

    private synchronized @Nullable Chunk next() throws IOException {
        while (full.isEmpty() && !ended && !broken) {
            await();
        }
        if (broken) {
            throw new IOException("the load was broken off");
        }
        return full.poll();
    }

    private synchronized void recycle(byte[] bytes) {
        free.push(bytes);
        notifyAll();
    }

    private void await() throws InterruptedIOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the load was interrupted");
        }
    }
}
