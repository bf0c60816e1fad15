package dev.lighter.event;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Events in the database, the latest so many. They are written together a moment after they were told, by a thread of its own, and at the
 * engine's end: an engine that is killed loses that moment. Safe for all threads.
 */
@Component
class EventHistory implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(EventHistory.class);
    private static final Duration MOMENT = Duration.ofMillis(500);

    private final EventStore store;
    private final int kept;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lighter-event-history");
        thread.setDaemon(true);
        return thread;
    });
    private List<NumberedEvent> pending = new ArrayList<>();

    EventHistory(EventStore store, EventSettings settings) {
        this.store = store;
        this.kept = settings.kept();
    }

    /** The number of the last event that is kept; 0 when there is none. */
    long lastNumber() {
        return store.lastNumber();
    }

    /** Keeps an event, soon. */
    synchronized void add(NumberedEvent event) {
        if (pending.isEmpty() && !writer.isShutdown()) {
            var ignored = writer.schedule(this::write, MOMENT.toMillis(), TimeUnit.MILLISECONDS);
        }
        pending.add(event);
    }

    private synchronized List<NumberedEvent> taken() {
        List<NumberedEvent> taken = pending;
        pending = new ArrayList<>();
        return taken.subList(Math.max(0, taken.size() - kept), taken.size());
    }

    private void write() {
        List<NumberedEvent> events = taken();
        if (events.isEmpty()) {
            return;
        }
        try {
            store.write(events, events.get(events.size() - 1).number() - kept);
        } catch (RuntimeException e) {
            LOG.warn("{} events are missing in the history: {}", events.size(), e.getMessage());
        }
    }

    /** The latest so many of those up to a number that lie between two times, in order. */
    Stream<Event> read(long upTo, int most, Instant since, @Nullable Instant until) {
        return upTo == 0 ? Stream.of() : store.read(upTo - most, upTo, since, until).stream();
    }

    @Override
    public void destroy() {
        writer.shutdownNow();
        write();
    }
}
