package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A pull or push that is going on, with all who follow it. Who comes late is told what was; when the last one leaves it is broken off. Safe
 * for all threads.
 */
final class Transfer {
    private static final long PAUSE_MILLIS = 100;

    private final Set<Follower> followers = new HashSet<>();
    private final Map<String, TransferEvent> past = new LinkedHashMap<>();
    private @Nullable Future<?> work;
    private @Nullable RuntimeException failure;
    private boolean over;

    /** Sets what is interrupted when nobody follows any more. */
    synchronized void carriedBy(Future<?> newWork) {
        work = newWork;
    }

    /** Follows from the beginning; null where it is over. */
    synchronized @Nullable Follower join() {
        if (over) {
            return null;
        }
        Follower follower = new Follower();
        follower.events.putAll(past);
        followers.add(follower);
        return follower;
    }

    /** Tells everybody. Of several counts of the same bytes only the last matters. */
    synchronized void tell(TransferEvent event) {
        String key = event.counts() ? event.id() + "\n" + event.status() : event.toString();
        past.put(key, event);
        followers.forEach(follower -> follower.events.put(key, event));
        notifyAll();
    }

    /** Nothing follows; with a failure, where it did not succeed. */
    synchronized void end(@Nullable RuntimeException newFailure) {
        over = true;
        failure = newFailure;
        notifyAll();
    }

    private synchronized void leave(Follower follower) {
        followers.remove(follower);
        if (followers.isEmpty() && !over) {
            over = true;
            if (work != null) {
                work.cancel(true);
            }
        }
    }

    /** One who follows; belongs to one thread. */
    final class Follower implements AutoCloseable {
        private final Map<String, TransferEvent> events = new LinkedHashMap<>();

        /** Tells the listener what happens until it is over; throws what made it fail. */
        void follow(TransferProgress progress) {
            while (true) {
                List<TransferEvent> news = next();
                news.forEach(progress::event);
                if (news.isEmpty() && isOver()) {
                    RuntimeException reason = reason();
                    if (reason != null) {
                        throw reason;
                    }
                    return;
                }
                if (!progress.isWanted()) {
                    return;
                }
                pause();
            }
        }

        private List<TransferEvent> next() {
            synchronized (Transfer.this) {
                List<TransferEvent> news = new ArrayList<>(events.values());
                events.clear();
                return news;
            }
        }

        private boolean isOver() {
            synchronized (Transfer.this) {
                return over && events.isEmpty();
            }
        }

        private @Nullable RuntimeException reason() {
            synchronized (Transfer.this) {
                return failure;
            }
        }

        /** Waits until there may be something to tell: so much at once that listeners are not flooded. */
        private void pause() {
            synchronized (Transfer.this) {
                try {
                    if (!over) {
                        Transfer.this.wait(PAUSE_MILLIS);
                    }
                    if (!over && !events.isEmpty()) {
                        Transfer.this.wait(PAUSE_MILLIS / 4);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw EngineException.unavailable("the engine is ending");
                }
            }
        }

        @Override
        public void close() {
            leave(this);
        }
    }
}
