package dev.lighter.image;

import dev.lighter.error.EngineException;
import dev.lighter.event.EventService;
import dev.lighter.kernel.Arch;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes images of what was written on top of others: bytes first, then all rows at once. Safe for all threads. */
@Component
class ImageAssembler implements ImageAssembly {
    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageStore store;
    private final LayerSettling settling;
    private final EventService events;

    ImageAssembler(
            ImageCatalog catalog,
            ImageDirectories directories,
            ImageStore store,
            LayerSettling settling,
            EventService events) {
        this.catalog = catalog;
        this.directories = directories;
        this.store = store;
        this.settling = settling;
        this.events = events;
    }

    @Override
    public ImageDetails make(NewImage image, Consumer<String> alongside) {
        return make(image, false, alongside);
    }

    @Override
    public ImageDetails makeUnseen(NewImage image, Consumer<String> alongside) {
        return make(image, true, alongside);
    }

    private ImageDetails make(NewImage image, boolean unseen, Consumer<String> alongside) {
        try {
            WrittenLayer written = image.layer();
            String id;
            if (written == null || isEmpty(written)) {
                id = record(image, unseen, null, null, alongside);
                if (written != null && written.taken()) {
                    Files.delete(written.directory());
                }
            } else {
                requireRoom(image);
                try (NewLayer layer = NewLayer.of(written, directories, store)) {
                    id = record(image, unseen, layer, layer.measured(), alongside);
                }
            }
            for (ImageReference name : image.names()) {
                events.publish("image", "tag", id, Map.of("name", name.familiar()));
            }
            ImageIndex.Entry made = catalog.index().byId(id);
            if (made == null) {
                throw EngineException.notFound("No such image: " + id + ": it was removed as soon as it was made");
            }
            return made.details();
        } catch (IOException e) {
            throw EngineException.internal("the image cannot be made: " + e.getMessage(), e);
        }
    }

    private static boolean isEmpty(WrittenLayer written) throws IOException {
        try (Fd directory = Fd.open(written.directory(), Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
            return FileTree.names(directory, 1).isEmpty();
        }
    }

    private void requireRoom(NewImage image) {
        ImageIndex.Entry parent = parent(image);
        if (parent != null && parent.layers().size() >= ImageConfigFile.MOST_LAYERS) {
            throw EngineException.invalid("the image would have more than " + ImageConfigFile.MOST_LAYERS
                    + " layers: make it of fewer steps, or begin with an image that has fewer");
        }
    }

    private ImageIndex.@Nullable Entry parent(NewImage image) {
        if (image.parentId() == null) {
            return null;
        }
        ImageIndex.Entry parent = catalog.index().byAnyId(image.parentId());
        if (parent == null) {
            throw EngineException.notFound("No such image: " + image.parentId());
        }
        return parent;
    }

    /** Records the image and its layer; gives its id. */
    private String record(
            NewImage image,
            boolean unseen,
            @Nullable NewLayer layer,
            @Nullable StoredLayer measured,
            Consumer<String> alongside)
            throws IOException {
        StoredLayer own;
        String id;
        try (ImageCatalog.Change change = catalog.change()) {
            ImageIndex.Entry parent = parent(image);
            own = measured == null ? null : present(measured);
            StoredImage made = stored(image, unseen, parent, own);
            id = made.id();
            boolean known = catalog.index().byId(id) != null;
            if (!known) {
                directories.writeBlob(id, made.config().getBytes(StandardCharsets.UTF_8));
            }
            boolean isNew = own == measured;
            ImageStore.Made rows = new ImageStore.Made(
                    id,
                    known ? null : made,
                    isNew && !known ? own : null,
                    image.names().stream().map(ImageReference::toString).toList(),
                    layer == null ? null : layer.taken());
            boolean done = false;
            try {
                catalog.insert(rows, alongside);
                done = true;
            } finally {
                if (!done && !known) {
                    Files.deleteIfExists(directories.blob(id));
                }
            }
            if (layer != null && isNew && !known) {
                layer.keep();
            } else if (layer != null) {
                layer.discard();
            }
        }
        if (own != null && own.pending()) {
            settling.add(own.id());
        }
        return id;
    }

    /** A layer of the same archive that is there already, or the new one. */
    private StoredLayer present(StoredLayer measured) {
        if (measured.pending()) {
            return measured;
        }
        return catalog.index().layers(measured.diffId()).stream()
                .filter(layer -> layer.variant().equals(measured.variant()) && !layer.pending())
                .findFirst()
                .orElse(measured);
    }

    private StoredImage stored(
            NewImage image, boolean unseen, ImageIndex.@Nullable Entry parent, @Nullable StoredLayer own) {
        List<StoredImage.Layer> layers = new ArrayList<>();
        List<String> diffIds = new ArrayList<>();
        List<StoredLayer> rows = new ArrayList<>();
        if (parent != null) {
            layers.addAll(parent.stored().layers());
            diffIds.addAll(parent.file().diffIds());
            rows.addAll(catalog.index().layersOf(parent.stored()));
        }
        if (own != null) {
            layers.add(new StoredImage.Layer(own.id(), ""));
            diffIds.add(own.archiveDiffId());
            rows.add(own);
        }
        String config = ImageConfigWriter.write(
                parent == null ? null : parent.stored().config(), Arch.host().ociName(), image, diffIds, own != null);
        String id = Sha256.of(config.getBytes(StandardCharsets.UTF_8));
        return new StoredImage(
                id,
                null,
                config,
                Instant.now(),
                unseen,
                layers,
                parent == null ? null : parent.stored().id(),
                PublishedConfig.idOf(id, config, diffIds, rows));
    }

    @Override
    public void awaitSettled(String imageId) {
        settling.await(imageId);
    }
}
