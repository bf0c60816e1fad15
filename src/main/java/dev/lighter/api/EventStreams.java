package dev.lighter.api;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Runs streams of server-sent events, each on a thread of a bounded pool; clients beyond that are turned away with a sentence. All streams
 * end with the engine. Safe for all threads.
 */
@Component
class EventStreams {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    private static final int MOST = 256;
    private static final int IDLE_SECONDS = 30;

    private final Set<SseEmitter> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "lighter-sse-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });

    /** What is told on a stream. */
    @FunctionalInterface
    interface Content {
        /** Sends until there is nothing more to tell; ends with an IOException when the client is gone. */
        void send(SseEmitter emitter) throws IOException, InterruptedException;
    }

    /** Opens a stream. */
    SseEmitter open(Content content) {
        SseEmitter emitter = new SseEmitter(0L);
        try {
            open.add(emitter);
            threads.execute(() -> run(content, emitter));
        } catch (RejectedExecutionException e) {
            open.remove(emitter);
            throw new EngineException(
                    EngineException.Kind.UNAVAILABLE,
                    "the engine serves " + MOST + " event streams already: close some of them",
                    e);
        }
        return emitter;
    }

    private void run(Content content, SseEmitter emitter) {
        try {
            content.send(emitter);
            emitter.complete();
        } catch (IOException | IllegalStateException e) {
            LOG.debug("A client of an event stream went away", e);
            emitter.completeWithError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            emitter.complete();
        } catch (RuntimeException e) {
            LOG.error("An event stream failed", e);
            emitter.completeWithError(e);
        } finally {
            open.remove(emitter);
        }
    }

    /** Before the server stops, which would wait for the streams. */
    @EventListener
    void close(ContextClosedEvent event) {
        threads.shutdownNow();
        open.forEach(SseEmitter::complete);
    }
}
