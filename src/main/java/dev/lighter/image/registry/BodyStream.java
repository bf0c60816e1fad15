package dev.lighter.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream, a bounded piece of it at a time, that fails when no byte comes for too long. Closing it early gives the
 * connection up. One thread reads; the HTTP client writes.
 */
final class BodyStream extends InputStream implements BodySubscriber<BodyStream> {
    private static final int MOST_AHEAD = 8;

    private final long idleNanos;
    private final Deque<List<ByteBuffer>> pieces = new ArrayDeque<>();
    private final Deque<ByteBuffer> current = new ArrayDeque<>();
    private @Nullable Subscription subscription;
    private @Nullable Throwable failure;
    private boolean complete;
    private boolean closed;

    BodyStream(Duration idle) {
        this.idleNanos = idle.toNanos();
    }

    @Override
    public CompletionStage<BodyStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public synchronized void onSubscribe(Subscription newSubscription) {
        if (subscription != null || closed) {
            newSubscription.cancel();
            return;
        }
        subscription = newSubscription;
        newSubscription.request(MOST_AHEAD);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> piece) {
        if (!closed) {
            pieces.add(piece);
            notifyAll();
        }
    }

    @Override
    public synchronized void onError(Throwable reason) {
        failure = reason;
        notifyAll();
    }

    @Override
    public synchronized void onComplete() {
        complete = true;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            ByteBuffer buffer = current.peek();
            if (buffer == null) {
                // Never waits when there is something to give.
                if (!more(done == 0)) {
                    break;
                }
            } else if (buffer.hasRemaining()) {
                int count = Math.min(length - done, buffer.remaining());
                buffer.get(target, offset + done, count);
                done += count;
            } else {
                current.remove();
            }
        }
        return done == 0 && length > 0 ? -1 : done;
    }

    /** Gets the next piece; false at the end, or where there is none and waiting is not wanted. */
    private boolean more(boolean wait) throws IOException {
        Subscription source;
        synchronized (this) {
            if (!wait && pieces.isEmpty()) {
                return false;
            }
            long deadline = System.nanoTime() + idleNanos;
            while (pieces.isEmpty() && !complete && failure == null && !closed) {
                await(deadline);
            }
            List<ByteBuffer> piece = pieces.poll();
            if (piece == null) {
                if (closed) {
                    throw new IOException("the stream is closed");
                }
                if (failure != null) {
                    throw new IOException("the connection broke: " + failure.getMessage(), failure);
                }
                return false;
            }
            current.addAll(piece);
            source = subscription;
        }
        if (source != null) {
            source.request(1);
        }
        return true;
    }

    private void await(long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw RegistryException.of(
                    RegistryException.Reason.PASSING,
                    "the registry has sent nothing for "
                            + Duration.ofNanos(idleNanos).toMillis() + " ms",
                    null);
        }
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the transfer was interrupted");
        }
    }

    /** Reads all of a small body. Fails where it is larger, or takes longer than {@code atMost}. */
    byte[] readAll(int limit, Duration atMost) throws IOException {
        long deadline = System.nanoTime() + atMost.toNanos();
        byte[] bytes = new byte[Math.min(limit + 1, 1 << 14)];
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(limit + 1, 2 * length));
            }
            int count = read(bytes, length, bytes.length - length);
            if (count < 0) {
                return Arrays.copyOf(bytes, length);
            }
            length += count;
            if (length > limit) {
                throw RegistryException.broken("the registry's answer has more than " + limit + " bytes");
            }
            if (System.nanoTime() - deadline > 0) {
                throw RegistryException.of(
                        RegistryException.Reason.PASSING, "the registry's answer takes too long", null);
            }
        }
    }

    @Override
    public void close() {
        Subscription source;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            pieces.clear();
            source = complete ? null : subscription;
            notifyAll();
        }
        if (source != null) {
            source.cancel();
        }
    }
}
