package dev.lighter.network.dns;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that waits for all of the server's sockets and for its deadlines. Handlers run on it only and never block, so what they
 * share needs no lock. Lives until closed; then all channels are closed.
 */
final class SelectorLoop implements AutoCloseable {
    /** What runs when a channel is ready. */
    @FunctionalInterface
    interface Handler {
        /** Called again while the channel stays ready. */
        void ready(SelectionKey key);
    }

    private static final Logger LOG = LoggerFactory.getLogger(SelectorLoop.class);
    private static final long JOIN_MILLIS = 5000;

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Deadline> deadlines =
            new PriorityQueue<>(Comparator.comparingLong(deadline -> deadline.atNanos));
    private final long epoch = System.nanoTime();
    private final Thread thread;
    private volatile boolean closed;

    /** Something that is to be done at a time. On the loop's thread only. */
    static final class Deadline {
        private final long atNanos;
        private @Nullable Runnable task;

        private Deadline(long atNanos, Runnable task) {
            this.atNanos = atNanos;
            this.task = task;
        }

        /** Lets it not be done, and lets go of all that would have been needed for it. */
        void cancel() {
            task = null;
        }
    }

    /** Opens the loop and starts its thread. */
    SelectorLoop(String name) throws IOException {
        selector = Selector.open();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Nanoseconds since the loop began; unlike {@link System#nanoTime} they can be compared. */
    long now() {
        return System.nanoTime() - epoch;
    }

    /** Watches a channel, which must not block. On the loop's thread only. */
    SelectionKey register(SelectableChannel channel, int operations, Handler handler) throws IOException {
        return channel.register(selector, operations, handler);
    }

    /** Runs a task on the loop's thread after a time. On that thread only. */
    Deadline later(long millis, Runnable task) {
        Deadline deadline = new Deadline(now() + TimeUnit.MILLISECONDS.toNanos(millis), task);
        deadlines.add(deadline);
        return deadline;
    }

    /** Runs a task on the loop's thread and waits until it is done and the sockets it closed are gone from the kernel. */
    void perform(Task task) throws IOException {
        if (!thread.isAlive()) {
            throw new IOException("the thread of the name server has ended");
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                task.run();
                selector.selectNow();
                done.complete(true);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        selector.wakeup();
        try {
            done.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** What may fail to talk to a socket. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException;
    }

    /** Ends the thread and closes all channels. Not to be called on the loop's thread, nor while a task is waited for. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (Selector all = selector) {
            while (!closed) {
                wait(all);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    guarded(task);
                }
                for (SelectionKey key : all.selectedKeys()) {
                    if (key.isValid()) {
                        guarded(() -> ((Handler) key.attachment()).ready(key));
                    }
                }
                all.selectedKeys().clear();
                runDue();
            }
            for (SelectionKey key : all.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            LOG.error("The loop of the name server ended", e);
        }
        // Whoever waits for one learns that there is no selector any more.
        tasks.forEach(Runnable::run);
    }

    private void wait(Selector all) throws IOException {
        Deadline next = deadlines.peek();
        if (next == null) {
            all.select();
            return;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(next.atNanos - now() + 999_999);
        if (millis > 0) {
            all.select(millis);
        } else {
            all.selectNow();
        }
    }

    private void runDue() {
        long now = now();
        for (Deadline next = deadlines.peek(); next != null && next.atNanos <= now; next = deadlines.peek()) {
            deadlines.remove();
            if (next.task != null) {
                guarded(next.task);
            }
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("A handler of the name server failed", e);
        }
    }
}
