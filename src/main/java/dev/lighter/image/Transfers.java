package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All pulls and pushes that are going on; the same one is not done twice at a time. Safe for all threads. */
final class Transfers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

    private final Map<Object, Transfer> running = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "lighter-transfer");
        thread.setDaemon(true);
        return thread;
    });

    /** Threads for the parts of transfers. */
    ExecutorService threads() {
        return threads;
    }

    /** Does the work, or joins in where the same is being done, and tells the listener until it is over. */
    void run(Object request, Consumer<Transfer> work, TransferProgress progress) {
        try (Transfer.Follower follower = join(request, work)) {
            follower.follow(progress);
        }
    }

    private synchronized Transfer.Follower join(Object request, Consumer<Transfer> work) {
        Transfer known = running.get(request);
        Transfer.Follower follower = known == null ? null : known.join();
        if (follower != null) {
            return follower;
        }
        Transfer fresh = new Transfer();
        Transfer.Follower first = fresh.join();
        if (first == null) {
            throw new IllegalStateException("it has not begun");
        }
        running.put(request, fresh);
        fresh.carriedBy(threads.submit(() -> carryOut(request, fresh, work)));
        return first;
    }

    private void carryOut(Object request, Transfer transfer, Consumer<Transfer> work) {
        RuntimeException failure = null;
        try {
            work.accept(transfer);
        } catch (EngineException e) {
            failure = e;
        } catch (RuntimeException e) {
            LOG.error("A transfer failed", e);
            failure = EngineException.internal("the transfer failed: " + e.getMessage(), e);
        } catch (Error e) {
            failure = EngineException.internal("the transfer failed: " + e.getMessage(), e);
            throw e;
        } finally {
            synchronized (this) {
                running.remove(request, transfer);
            }
            transfer.end(failure);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
