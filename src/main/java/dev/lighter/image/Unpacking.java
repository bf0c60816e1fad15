package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for layers that other threads unpack. Stateless. */
final class Unpacking {
    private Unpacking() {}

    /** What a thread has come to; fails as it did. */
    static <T> T await(Future<T> unpacking) throws IOException {
        try {
            return unpacking.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the unpacking was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException refusal) {
                throw refusal;
            }
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException("a layer cannot be unpacked: " + e.getCause(), e.getCause());
        }
    }
}
