package dev.lighter.build;

import dev.lighter.build.dockerfile.Dockerfile;
import dev.lighter.container.ContainerService;
import dev.lighter.error.EngineException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A build that goes on: its files, what it uses at present, and whether it is to end. Safe for all threads. */
final class Build {
    private static final Logger LOG = LoggerFactory.getLogger(Build.class);

    private final String id;
    private final Instant started = Instant.now();
    private final BuildRequest request;
    private final Path directory;
    private final ContainerService containers;
    private final Map<String, CacheRecord> used = new ConcurrentHashMap<>();
    private final Set<String> images = ConcurrentHashMap.newKeySet();
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger directories = new AtomicInteger();
    private volatile @Nullable String cancelled;
    private @Nullable Dockerfile dockerfile;
    private CompletableFuture<Void> removals = CompletableFuture.completedFuture(null);

    Build(String id, BuildRequest request, Path directory, ContainerService containers) {
        this.id = id;
        this.request = request;
        this.directory = directory;
        this.containers = containers;
    }

    String id() {
        return id;
    }

    Instant started() {
        return started;
    }

    BuildRequest request() {
        return request;
    }

    Path directory() {
        return directory;
    }

    Path context() {
        return directory.resolve("context");
    }

    /** A path in the build's directory that nothing has yet. */
    Path newPath() {
        return directory.resolve("t" + directories.incrementAndGet());
    }

    void setDockerfile(Dockerfile parsed) {
        dockerfile = parsed;
    }

    Dockerfile dockerfile() {
        Dockerfile parsed = dockerfile;
        if (parsed == null) {
            throw new IllegalStateException("the Dockerfile is not read yet");
        }
        return parsed;
    }

    /** Nobody removes this image before the build is over. */
    void hold(String imageId) {
        images.add(imageId);
    }

    boolean holds(String imageId) {
        return images.contains(imageId);
    }

    void used(@Nullable CacheRecord record) {
        if (record != null) {
            used.put(record.id(), record);
        }
    }

    Map<String, CacheRecord> used() {
        return used;
    }

    /** A step runs in this container. */
    void began(String containerId) {
        running.add(containerId);
        if (cancelled != null) {
            end(containerId);
        }
    }

    void ended(String containerId) {
        running.remove(containerId);
    }

    /** Removes a container that is not needed any more, while further steps go on. */
    synchronized void remove(String containerId) {
        removals = removals.thenRunAsync(() -> {
            try {
                containers.remove(containerId, true, true);
            } catch (EngineException e) {
                if (e.kind() != EngineException.Kind.NOT_FOUND) {
                    LOG.warn("Container {} of a build stays: {}", containerId, e.getMessage());
                }
            }
        });
    }

    /** Waits until everything that is to be removed is. */
    void awaitRemovals() {
        CompletableFuture<Void> last;
        synchronized (this) {
            last = removals;
        }
        last.join();
    }

    /** Ends it soon. */
    void cancel(String reason) {
        cancelled = reason;
        running.forEach(this::end);
    }

    private void end(String containerId) {
        try {
            containers.kill(containerId, "KILL");
        } catch (EngineException e) {
            // It has ended by itself.
        }
    }

    boolean isCancelled() {
        return cancelled != null;
    }

    /** Fails when the build is to end. */
    void check() {
        String reason = cancelled;
        if (reason != null) {
            throw EngineException.conflict(reason);
        }
    }
}
