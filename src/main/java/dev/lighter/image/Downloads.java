package dev.lighter.image;

import dev.lighter.image.registry.RegistrySettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Blobs on their way from registries, each in a file named by its digest in {@code downloads}, which outlives the engine: an interrupted
 * pull goes on where it was. Only so many are kept, and only for so long. Pulls that want the same blob share its file. Safe for all threads.
 */
final class Downloads {
    private final Path directory;
    private final RegistrySettings settings;
    private final Map<String, Shared> inUse = new HashMap<>();

    private static final class Shared {
        private final ReentrantLock lock = new ReentrantLock();
        private int users;
    }

    Downloads(Path data, RegistrySettings settings) throws IOException {
        this.directory = Files.createDirectories(data.resolve("downloads"), ImageDirectories.PRIVATE);
        this.settings = settings;
    }

    /** Keeps a blob's file from being removed until the result is closed. */
    synchronized Use use(String digest) {
        Shared shared = inUse.computeIfAbsent(digest, key -> new Shared());
        shared.users++;
        return new Use(digest, shared);
    }

    /** One pull's interest in a blob; belongs to one thread at a time. */
    final class Use implements AutoCloseable {
        private final String digest;
        private final Shared shared;
        private boolean done;

        private Use(String digest, Shared shared) {
            this.digest = digest;
            this.shared = shared;
        }

        Path file() {
            return directory.resolve(Sha256.hex(digest));
        }

        /** Waits until nobody else writes the file. */
        void lock() throws InterruptedIOException {
            try {
                shared.lock.lockInterruptibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the transfer was interrupted");
            }
        }

        void unlock() {
            shared.lock.unlock();
        }

        /** The file is not needed any more, unless somebody else uses it. */
        void done() {
            done = true;
        }

        @Override
        public void close() throws IOException {
            synchronized (Downloads.this) {
                shared.users--;
                if (shared.users == 0) {
                    inUse.remove(digest);
                    if (done) {
                        Files.deleteIfExists(file());
                    }
                }
            }
        }
    }

    private record Kept(Path file, Instant modified) {}

    /** Removes what is too old, too much, or no download. */
    synchronized void prune() throws IOException {
        List<Kept> kept = new ArrayList<>();
        Instant oldest = Instant.now().minus(settings.keepDownloads());
        for (Path file : files()) {
            String digest = Sha256.PREFIX + file.getFileName();
            if (inUse.containsKey(digest)) {
                continue;
            }
            BasicFileAttributes attributes;
            try {
                attributes = Files.readAttributes(file, BasicFileAttributes.class);
            } catch (NoSuchFileException gone) {
                continue;
            }
            Instant modified = attributes.lastModifiedTime().toInstant();
            if (!Sha256.isDigest(digest) || modified.isBefore(oldest)) {
                Files.deleteIfExists(file);
            } else {
                kept.add(new Kept(file, modified));
            }
        }
        kept.sort(Comparator.comparing(Kept::modified).reversed());
        for (Kept tooMany : kept.subList(Math.min(settings.mostDownloads(), kept.size()), kept.size())) {
            Files.deleteIfExists(tooMany.file());
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
