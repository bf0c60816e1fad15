package dev.lighter.event;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Service;

/**
 * Tells what happens to whoever listens, in order, and remembers the latest of it. Publishing costs the publisher next to nothing:
 * listeners run on a thread of their own. Safe for all threads.
 */
@Service
public class EventService implements DisposableBean {
    private static final int REMEMBERED = 8192;

    private final ArrayDeque<Event> latest = new ArrayDeque<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService delivery = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "lighter-event-delivery");
        thread.setDaemon(true);
        return thread;
    });

    /** A listener's place; closing it ends the listening. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Tells that something happened just now. */
    public void publish(String type, String action, String actorId, Map<String, String> attributes) {
        Event event = new Event(type, action, actorId, attributes, Instant.now());
        delivery.execute(() -> {
            synchronized (latest) {
                latest.add(event);
                if (latest.size() > REMEMBERED) {
                    latest.remove();
                }
            }
            listeners.forEach(listener -> listener.accept(event));
        });
    }

    /** Remembered events from {@code since} on, without a gap before those that the listener hears. The listener must not block for long. */
    public Subscription subscribe(Instant since, Consumer<Event> listener) {
        delivery.execute(() -> {
            List<Event> past;
            synchronized (latest) {
                past = latest.stream()
                        .filter(event -> !event.time().isBefore(since))
                        .toList();
            }
            past.forEach(listener);
            listeners.add(listener);
        });
        return () -> delivery.execute(() -> listeners.remove(listener));
    }

    @Override
    public void destroy() {
        delivery.shutdown();
    }
}
