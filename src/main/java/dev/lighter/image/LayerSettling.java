package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Finds the digests of large layers that were written here, one after another on one thread, also of those that an earlier engine has left.
 * Who waits for one has it found next. Safe for all threads.
 */
@Component
class LayerSettling implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(LayerSettling.class);

    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final LinkedBlockingDeque<String> queue = new LinkedBlockingDeque<>();
    private final Map<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::work, "lighter-layers");

    LayerSettling(ImageCatalog catalog, ImageDirectories directories) {
        this.catalog = catalog;
        this.directories = directories;
        thread.setDaemon(true);
        thread.start();
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        catalog.index().layers().stream().filter(StoredLayer::pending).forEach(layer -> add(layer.id()));
    }

    /** A layer whose digest is not known yet. */
    void add(String layerId) {
        if (waiting.putIfAbsent(layerId, new CompletableFuture<>()) == null) {
            queue.add(layerId);
        }
    }

    /** Waits for all layers of an image. */
    void await(String imageId) {
        ImageIndex.Entry image = catalog.index().byAnyId(imageId);
        if (image == null) {
            throw EngineException.notFound("No such image: " + imageId);
        }
        for (StoredImage.Layer one : image.stored().layers()) {
            StoredLayer layer = catalog.index().layer(one.layerId());
            if (layer == null || !layer.pending()) {
                continue;
            }
            add(layer.id());
            CompletableFuture<Void> settled = waiting.get(layer.id());
            if (settled == null) {
                continue;
            }
            if (queue.remove(layer.id())) {
                queue.addFirst(layer.id());
            }
            await(imageId, settled);
        }
    }

    private static void await(String imageId, CompletableFuture<Void> settled) {
        try {
            settled.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("the engine is shutting down");
        } catch (ExecutionException e) {
            throw EngineException.internal("the layers of image " + imageId + " cannot be read: " + e.getCause(), e);
        }
    }

    private void work() {
        while (true) {
            String layerId;
            try {
                layerId = queue.takeFirst();
            } catch (InterruptedException e) {
                return;
            }
            Exception failure = null;
            try {
                settle(layerId);
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
            CompletableFuture<Void> settled = waiting.remove(layerId);
            if (failure != null) {
                // Layers of images that are removed meanwhile have no digest any more.
                boolean gone = catalog.index().layer(layerId) == null;
                if (!gone) {
                    LOG.warn("Layer {} cannot be read; the next start tries again", layerId, failure);
                }
            }
            if (settled != null && failure != null) {
                settled.completeExceptionally(failure);
            } else if (settled != null) {
                settled.complete(null);
            }
        }
    }

    private void settle(String layerId) throws IOException {
        Path directory = directories.layer(layerId);
        StoredLayer layer = catalog.index().layer(layerId);
        if (layer == null || !layer.pending() || !Files.isDirectory(directory)) {
            return;
        }
        long start = System.nanoTime();
        String diffId = NewLayer.digest(directory);
        catalog.settle(layerId, diffId);
        if (catalog.index().layer(layerId) == null) {
            return;
        }
        LOG.info(
                "Layer {} of {} MB is {}, found in {} ms",
                layerId,
                layer.sizeBytes() >> 20,
                diffId,
                (System.nanoTime() - start) / 1_000_000);
    }

    @Override
    public void destroy() {
        thread.interrupt();
    }
}
