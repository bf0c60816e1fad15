package dev.lighter.build;

import dev.lighter.build.dockerfile.RunMount;
import dev.lighter.error.EngineException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileCalls;
import dev.lighter.kernel.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** The directories that steps share, {@code RUN --mount=type=cache}, and who has them at present. Safe for all threads. */
final class CacheMounts {
    private static final int MOST_PRIVATE = 1000;

    private final BuildDirectories directories;
    private final BuildCache cache;
    private final Map<String, AtomicInteger> users = new ConcurrentHashMap<>();
    private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();

    CacheMounts(BuildDirectories directories, BuildCache cache) {
        this.directories = directories;
        this.cache = cache;
    }

    /** Fills a directory that was just made. */
    interface Filling {
        void fill(Fd directory) throws IOException;
    }

    /** A directory that a step has until it ends. */
    final class Held implements AutoCloseable {
        private final String key;
        private final boolean locked;

        private Held(String key, boolean locked) {
            this.key = key;
            this.locked = locked;
        }

        Path directory() {
            return directories.cache(key);
        }

        String key() {
            return key;
        }

        @Override
        public void close() {
            release(key);
            if (locked) {
                lock(key).release();
            }
        }
    }

    /** Gives a step its directory; waits for others where they may not have it at the same time. */
    Held hold(RunMount mount, Filling filling) throws IOException, InterruptedException {
        boolean locked = mount.sharing() == RunMount.Sharing.LOCKED;
        String key = key(mount.id(), 0);
        if (locked) {
            lock(key).acquire();
            claim(key);
        } else if (mount.sharing() == RunMount.Sharing.PRIVATE) {
            key = free(mount.id());
        } else {
            claim(key);
        }
        Held held = new Held(key, locked);
        boolean done = false;
        try {
            make(key, mount, filling);
            done = true;
            return held;
        } finally {
            if (!done) {
                held.close();
            }
        }
    }

    private static String key(String id, int number) {
        Digest digest = new Digest().add("cache").add(id);
        return (number == 0 ? digest : digest.add(number)).hex();
    }

    /** The first directory of this name that nobody has. */
    private String free(String id) {
        for (int number = 0; number < MOST_PRIVATE; number++) {
            String key = key(id, number);
            AtomicInteger count = users.computeIfAbsent(key, one -> new AtomicInteger());
            if (count.compareAndSet(0, 1)) {
                return key;
            }
        }
        throw EngineException.unavailable(
                "more than " + MOST_PRIVATE + " steps want the cache " + id + " for themselves");
    }

    private void claim(String key) {
        users.computeIfAbsent(key, one -> new AtomicInteger()).incrementAndGet();
    }

    private void release(String key) {
        AtomicInteger count = users.get(key);
        if (count != null) {
            count.decrementAndGet();
        }
    }

    private Semaphore lock(String key) {
        return locks.computeIfAbsent(key, one -> new Semaphore(1, true));
    }

    private synchronized void make(String key, RunMount mount, Filling filling) throws IOException {
        if (cache.has(key) && !directories.createCache(key)) {
            cache.used(key);
            return;
        }
        directories.createCache(key);
        try (Fd directory = Fd.open(directories.cache(key), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            filling.fill(directory);
            FileCalls.changeOwner(directory, mount.uid(), mount.gid());
            FileCalls.changeMode(directory, mount.mode() < 0 ? 0755 : mount.mode());
        }
        cache.keepMount(key, "cached mount " + mount.target() + " with id \"" + mount.id() + "\"");
    }

    /** Those that steps have. */
    List<String> used() {
        return users.keySet().stream().filter(this::isUsed).toList();
    }

    /** Whether a step has it. */
    boolean isUsed(String key) {
        AtomicInteger count = users.get(key);
        return count != null && count.get() > 0;
    }

    /** How many bytes its files have. */
    long bytes(String key) {
        try {
            return FileTree.bytes(directories.cache(key));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Removes one that nobody has; false where somebody does. */
    boolean remove(String key) throws IOException {
        AtomicInteger count = users.computeIfAbsent(key, one -> new AtomicInteger());
        if (!count.compareAndSet(0, 1)) {
            return false;
        }
        try {
            directories.deleteCache(key);
            return true;
        } finally {
            count.decrementAndGet();
        }
    }
}
