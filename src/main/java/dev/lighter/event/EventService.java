package dev.lighter.event;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/**
 * Tells what happens to whoever listens, in order, and remembers the latest of it: this engine's own in memory, that of earlier engines in
 * the {@linkplain EventHistory history}. Publishing costs the publisher next to nothing: listeners run on a thread of their own, and the
 * history is written in batches. Safe for all threads.
 */
@Service
public class EventService implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(EventService.class);

    private final EventHistory history;
    private final int kept;
    /** The number of the last event of earlier engines. */
    private final long before;

    private final Object order = new Object();
    private final ArrayDeque<NumberedEvent> latest = new ArrayDeque<>();
    private final List<EventStream> streams = new CopyOnWriteArrayList<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService delivery = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "lighter-event-delivery");
        thread.setDaemon(true);
        return thread;
    });
    private long last;
    private Instant lastTime = Instant.EPOCH;

    EventService(EventHistory history, EventSettings settings) {
        this.history = history;
        this.kept = settings.kept();
        this.before = history.lastNumber();
        this.last = before;
    }

    /** Tells that something happened just now. No two events have the same time, and later ones have later times. */
    public void publish(String type, String action, String actorId, Map<String, String> attributes) {
        synchronized (order) {
            Instant now = Instant.now();
            lastTime = now.isAfter(lastTime) ? now : lastTime.plusNanos(1);
            NumberedEvent told =
                    new NumberedEvent(++last, new Event(type, action, actorId, Map.copyOf(attributes), lastTime));
            latest.add(told);
            if (latest.size() > kept) {
                latest.remove();
            }
            history.add(told);
            try {
                delivery.execute(() -> deliver(told));
            } catch (RejectedExecutionException e) {
                LOG.debug("Nobody listens any more to {}", told.event());
            }
        }
    }

    private void deliver(NumberedEvent told) {
        streams.forEach(stream -> stream.hear(told));
        listeners.forEach(listener -> listener.accept(told.event()));
    }

    /** Lets a listener hear everything from now on, for as long as the engine lives. It must not block for long. */
    public void listen(Consumer<Event> listener) {
        listeners.add(listener);
    }

    /**
     * Events in order, those of the past first, without a gap before those that happen meanwhile.
     *
     * @param since the time of the first; null for none of the past, unless there is an end
     * @param until the time of the last; null for no end
     * @param wanted which of them
     */
    public EventStream follow(@Nullable Instant since, @Nullable Instant until, Predicate<Event> wanted) {
        boolean ends = until != null && until.isBefore(Instant.now());
        boolean past = since != null || until != null;
        Instant from = since == null ? Instant.EPOCH : since;
        Predicate<Event> meant = event ->
                !event.time().isBefore(from) && (until == null || !event.time().isAfter(until)) && wanted.test(event);
        List<NumberedEvent> own = List.of();
        EventStream stream;
        synchronized (order) {
            if (past) {
                own = new ArrayList<>(latest);
            }
            stream = new EventStream(last, until, wanted, this::settle, streams::remove);
            if (!ends) {
                streams.add(stream);
            }
        }
        if (past) {
            Deque<Event> found = new ArrayDeque<>();
            int more = kept - own.size();
            if (more > 0) {
                history.read(before, more, from, until).filter(meant).forEach(found::add);
            }
            own.stream().map(NumberedEvent::event).filter(meant).forEach(found::add);
            stream.begin(found);
        }
        return stream;
    }

    /** Returns when what was published so far has been delivered. */
    private void settle() {
        try {
            CompletableFuture.runAsync(() -> {}, delivery).join();
        } catch (RejectedExecutionException e) {
            LOG.debug("The engine ends", e);
        }
    }

    @Override
    public void destroy() {
        delivery.shutdown();
    }
}
