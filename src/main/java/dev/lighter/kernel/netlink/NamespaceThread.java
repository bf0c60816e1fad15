package dev.lighter.kernel.netlink;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A thread for one task that may leave its namespace: no other thread of this process ever sees the change. */
final class NamespaceThread<T> extends Thread {
    private static final long STACK_BYTES = 256 * 1024;

    private final NamespaceTask<T> task;
    private @Nullable T result;
    private @Nullable Throwable failure;

    private NamespaceThread(NamespaceTask<T> task) {
        super(null, null, "namespace", STACK_BYTES, false);
        this.task = task;
        setDaemon(true);
    }

    /** Runs the task and waits for it, also when the caller is interrupted meanwhile. */
    static <T> T call(NamespaceTask<T> task) throws IOException {
        NamespaceThread<T> thread = new NamespaceThread<>(task);
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return thread.outcome();
    }

    @Override
    public void run() {
        try {
            result = task.call();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private T outcome() throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        if (result == null) {
            throw new IllegalStateException("a task in a namespace gives something");
        }
        return result;
    }
}
