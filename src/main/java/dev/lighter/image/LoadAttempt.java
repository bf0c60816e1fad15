package dev.lighter.image;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one load brings, in a directory of its own that nobody else sees. What becomes part of an image is moved out; closing
 * removes the rest. Used by the loading thread and its unpacking threads.
 */
final class LoadAttempt implements AutoCloseable {
    private final ImageDirectories directories;
    private final Path directory;
    private final LoadBudget budget;
    private final ExecutorService unpacking;
    private final AtomicInteger names = new AtomicInteger();
    private final Map<String, Path> blobs = new ConcurrentHashMap<>();
    private final Map<String, UnpackedLayer> layers = new ConcurrentHashMap<>();
    private final Map<String, String> diffIds = new ConcurrentHashMap<>();

    LoadAttempt(ImageDirectories directories, ImageSettings settings) throws IOException {
        this.directories = directories;
        this.budget = new LoadBudget(settings, directories.data());
        this.directory = directories.newTemporary();
        this.unpacking = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "lighter-unpack");
            thread.setDaemon(true);
            return thread;
        });
    }

    LoadBudget budget() {
        return budget;
    }

    ExecutorService unpacking() {
        return unpacking;
    }

    /** A name for a new file or directory of this attempt. */
    Path newPath() {
        return directory.resolve(Integer.toString(names.incrementAndGet()));
    }

    /** Makes the bytes of a blob that is kept already this attempt's too, so that they stay whatever is removed meanwhile. */
    boolean lease(String digest) throws IOException {
        if (blobs.containsKey(digest)) {
            return true;
        }
        Path path = newPath();
        try {
            Files.createLink(path, directories.blob(digest));
        } catch (NoSuchFileException notKept) {
            return false;
        }
        blobs.put(digest, path);
        return true;
    }

    void addBlob(String digest, Path file) {
        blobs.putIfAbsent(digest, file);
    }

    /** A small blob, written out only now that it is known to be wanted. */
    void addBlob(String digest, byte[] content) throws IOException {
        Path path = newPath();
        budget.write(content.length);
        Files.write(path, content);
        blobs.putIfAbsent(digest, path);
    }

    @Nullable
    Path blob(String digest) {
        return blobs.get(digest);
    }

    /** Remembers what a blob unpacks to. */
    void addLayer(String blobDigest, UnpackedLayer layer) {
        diffIds.put(blobDigest, layer.diffId());
        layers.putIfAbsent(layer.diffId(), layer);
    }

    /** Remembers what a blob would unpack to, without having done it. */
    void addDiffId(String blobDigest, String diffId) {
        diffIds.put(blobDigest, diffId);
    }

    /** The digest of what a blob unpacks to, or null where it is no layer. */
    @Nullable
    String diffId(String blobDigest) {
        return diffIds.get(blobDigest);
    }

    /** Takes an unpacked layer out of the attempt; the next one who wants it unpacks its blob again. */
    @Nullable
    UnpackedLayer takeLayer(String diffId) {
        return layers.remove(diffId);
    }

    /** Puts the attempt's bytes of a blob where blobs are kept, unless they are there already. */
    void keepBlob(String digest) throws IOException {
        Path target = directories.blob(digest);
        Path source = blobs.get(digest);
        if (source == null) {
            if (!Files.exists(target)) {
                throw new NoSuchFileException(target.toString());
            }
            return;
        }
        try {
            Files.createLink(target, source);
        } catch (FileAlreadyExistsException e) {
            // The same bytes, under the name of their digest.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        unpacking.shutdownNow();
        directories.removeTemporary(directory.getFileName().toString());
    }
}
