package dev.lighter.image;

import dev.lighter.content.ContentOwners;
import dev.lighter.event.EventService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Tells what images need in the data directory. */
@Component
class ImageContents implements ContentOwners {
    private static final Logger LOG = LoggerFactory.getLogger(ImageContents.class);
    private static final String BLOBS = "blobs/sha256";
    private static final String LAYERS = "layers";
    private static final String INCOMING = "incoming";

    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ImageRemover remover;
    private final EventService events;

    ImageContents(ImageCatalog catalog, ImageDirectories directories, ImageRemover remover, EventService events) {
        this.catalog = catalog;
        this.directories = directories;
        this.remover = remover;
        this.events = events;
    }

    @Override
    public Set<String> directories() {
        return Set.of(BLOBS, LAYERS, INCOMING);
    }

    @Override
    public List<Content> contents() {
        List<Content> contents = new ArrayList<>();
        directories
                .temporariesInUse()
                .forEach(name -> contents.add(new Content(INCOMING + "/" + name, "a load", false)));
        directories
                .layersBeingMade()
                .forEach(id -> contents.add(new Content(LAYERS + "/" + id, "a layer that is being made", false)));
        for (ImageIndex.Entry image : catalog.index().everything()) {
            String name = "image " + image.stored().id();
            List<String> required = ImageIndex.blobs(image.stored());
            for (String blob : image.wantedBlobs()) {
                contents.add(new Content(BLOBS + "/" + Sha256.hex(blob), name, required.contains(blob)));
            }
            for (StoredImage.Layer layer : image.stored().layers()) {
                contents.add(new Content(LAYERS + "/" + layer.layerId(), name, true));
            }
        }
        return contents;
    }

    @Override
    public <T> T holdingBack(Work<T> work) throws IOException {
        try (ImageCatalog.Change change = catalog.change()) {
            return work.run();
        }
    }

    @Override
    public void remove(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        switch (path.substring(0, slash)) {
            case BLOBS -> directories.deleteBlobFile(name);
            case LAYERS -> directories.removeTemporary(directories.retireLayer(name));
            case INCOMING -> directories.removeTemporary(name);
            default -> throw new IllegalArgumentException(path);
        }
    }

    /** An image without its bytes is none; one that containers were made from stays, for what of it is there. */
    @Override
    public String forget(Content missing) throws IOException {
        String id = missing.neededBy().substring(missing.neededBy().lastIndexOf(' ') + 1);
        ImageCatalog.Removed removed;
        try (ImageCatalog.Change change = catalog.change()) {
            ImageIndex.Entry image = catalog.index().byId(id);
            if (image == null || !remover.isUnused(id)) {
                return "";
            }
            LOG.warn("Image {} is removed, because {} is missing", id, missing.path());
            removed = catalog.delete(image);
        }
        catalog.removeAll(removed.temporaries());
        events.publish("image", "delete", id, Map.of("name", id));
        return "removed " + missing.neededBy();
    }
}
