package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one piece of work, each on a thread of its own. The first that fails makes all fail; closing interrupts the rest and returns
 * when they have ended. Belongs to one thread.
 */
final class Parts implements AutoCloseable {
    private final Executor executor;
    private final Set<Thread> threads = new HashSet<>();
    private int open;
    private boolean closed;
    private @Nullable Throwable failure;

    /** One of them. */
    @FunctionalInterface
    interface Part {
        /** Runs to its end. */
        void run() throws IOException;
    }

    Parts(Executor executor) {
        this.executor = executor;
    }

    /** Begins a part. */
    void add(Part part) {
        synchronized (this) {
            open++;
        }
        boolean begun = false;
        try {
            executor.execute(() -> carryOut(part));
            begun = true;
        } finally {
            if (!begun) {
                ended(null);
            }
        }
    }

    private void carryOut(Part part) {
        Throwable reason = null;
        try {
            if (begin()) {
                part.run();
            }
        } catch (IOException | RuntimeException | Error e) {
            reason = e;
        } finally {
            ended(reason);
        }
    }

    private synchronized boolean begin() {
        threads.add(Thread.currentThread());
        return !closed;
    }

    private synchronized void ended(@Nullable Throwable reason) {
        threads.remove(Thread.currentThread());
        open--;
        if (failure == null) {
            failure = reason;
        }
        notifyAll();
    }

    /** Waits for all. Fails with what the first failed with. */
    synchronized void await() throws IOException {
        try {
            while (open > 0 && failure == null) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the transfer was interrupted");
        }
        if (failure instanceof IOException reason) {
            throw reason;
        }
        if (failure instanceof EngineException refusal) {
            throw refusal;
        }
        if (failure != null) {
            throw new IllegalStateException("a part failed: " + failure, failure);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        while (open > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
