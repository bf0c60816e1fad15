package dev.lighter.event;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Events as one follower reads them: those of the past, then those that happen, until the end that it asked for. A follower that lets too
 * many wait has its stream ended. Read by one thread; closing it ends the listening.
 */
public final class EventStream implements AutoCloseable {
    /** A follower this far behind is not going to catch up. */
    private static final int MOST_WAITING = 16_384;

    private final long after;
    private final @Nullable Instant until;
    private final Predicate<Event> wanted;
    private final Runnable settle;
    private final Consumer<EventStream> close;
    private final BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private Deque<Event> past = new ArrayDeque<>();
    private volatile boolean overrun;
    private boolean settled;
    private boolean over;

    /**
     * @param after the number of the last event that is of the past
     * @param settle returns when everything has been delivered that was published so far
     * @param close ends the listening
     */
    EventStream(
            long after,
            @Nullable Instant until,
            Predicate<Event> wanted,
            Runnable settle,
            Consumer<EventStream> close) {
        this.after = after;
        this.until = until;
        this.wanted = wanted;
        this.settle = settle;
        this.close = close;
    }

    /** What is read first. */
    void begin(Deque<Event> events) {
        past = events;
    }

    /** Something has happened. */
    void hear(NumberedEvent told) {
        if (told.number() > after && !overrun && wanted.test(told.event())) {
            overrun = !waiting.offer(told.event());
        }
    }

    /** The next event; null when none comes in time, or none will come any more. */
    public @Nullable Event next(Duration longest) throws InterruptedException {
        Event earlier = past.poll();
        if (earlier != null) {
            return earlier;
        }
        while (!isOver()) {
            Duration left = until == null ? longest : Duration.between(Instant.now(), until);
            boolean atEnd = left.isNegative() || left.isZero();
            Event event = waiting.poll(atEnd ? 0 : Math.min(left.toNanos(), longest.toNanos()), TimeUnit.NANOSECONDS);
            if (event != null) {
                over = until != null && event.time().isAfter(until);
                return over ? null : event;
            }
            if (!atEnd) {
                return null;
            }
            // What happened before the end may still be on its way.
            over = settled;
            if (!settled) {
                settle.run();
                settled = true;
            }
        }
        return null;
    }

    /** Whether none will come any more: the end is there, or the follower is too far behind. */
    public boolean isOver() {
        return past.isEmpty() && (over || overrun);
    }

    /** Whether the follower is too far behind. */
    public boolean isOverrun() {
        return overrun;
    }

    /** Whether nothing can be read at once. */
    public boolean isEmpty() {
        return past.isEmpty() && waiting.isEmpty();
    }

    @Override
    public void close() {
        close.accept(this);
    }
}
