package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Tells what images have in common and what not: their layers, their files, their configurations. Safe for all threads. */
@Service
public class ImageComparison {
    private final ImageCatalog catalog;
    private final ImageService images;

    ImageComparison(ImageCatalog catalog, ImageService images) {
        this.catalog = catalog;
        this.images = images;
    }

    /** An image's layers, lowest first, among them the steps that made none. Fails with NOT_FOUND in Docker's words. */
    public List<ImageLayer> layers(String reference) {
        ImageIndex index = catalog.index();
        return layers(entry(index, reference), index);
    }

    /** The layers of all images, without steps that made none, in the order of {@link ImageService#list}. */
    public Map<String, List<ImageLayer>> layersOfAll() {
        ImageIndex index = catalog.index();
        Map<String, List<ImageLayer>> all = new LinkedHashMap<>();
        for (ImageDetails image : index.newestFirst()) {
            ImageIndex.Entry entry = index.byId(image.id());
            if (entry != null) {
                all.put(
                        image.id(),
                        layers(entry, index).stream().filter(ImageLayer::isLayer).toList());
            }
        }
        return all;
    }

    private ImageIndex.Entry entry(ImageIndex index, String reference) {
        ImageIndex.Entry entry = index.byId(images.get(reference).id());
        if (entry == null) {
            throw EngineException.notFound("No such image: " + reference);
        }
        return entry;
    }

    private static List<ImageLayer> layers(ImageIndex.Entry image, ImageIndex index) {
        List<StoredLayer> stored = index.layersOf(image.stored());
        List<HistoryEntry> history = image.file().history();
        long told = history.stream().filter(step -> !step.emptyLayer()).count();
        List<ImageLayer> layers = new ArrayList<>();
        int next = 0;
        // What no step accounts for was there before all of them.
        while (next < stored.size() - told) {
            layers.add(layer(stored.get(next++), "", Instant.EPOCH, image, index));
        }
        for (HistoryEntry step : history) {
            if (step.emptyLayer()) {
                layers.add(new ImageLayer("", "", 0, step.createdBy(), step.created(), List.of()));
            } else if (next < stored.size()) {
                layers.add(layer(stored.get(next++), step.createdBy(), step.created(), image, index));
            }
        }
        return List.copyOf(layers);
    }

    private static ImageLayer layer(
            StoredLayer layer, String createdBy, Instant created, ImageIndex.Entry image, ImageIndex index) {
        List<String> others = index.newestFirst().stream()
                .map(ImageDetails::id)
                .filter(id -> !id.equals(image.stored().id()))
                .filter(id -> has(index.byId(id), layer.id()))
                .toList();
        return new ImageLayer(layer.id(), layer.archiveDiffId(), layer.sizeBytes(), createdBy, created, others);
    }

    private static boolean has(ImageIndex.@Nullable Entry image, String layerId) {
        return image != null
                && image.stored().layers().stream().anyMatch(layer -> layer.layerId().equals(layerId));
    }

    /**
     * What changed from one image to another. Files count as the same when owner, permissions and content are; times do not matter.
     *
     * @param reference the newer one
     * @param since the older one
     * @param after the path after which the page of files begins; empty for the first one
     * @param limit how many files the page has at most
     */
    public ImageChanges changes(String reference, String since, String after, int limit) {
        ImageIndex index = catalog.index();
        ImageIndex.Entry newer = entry(index, reference);
        ImageIndex.Entry older = entry(index, since);
        TreeComparison.Page page = new TreeComparison.Page(after, limit);
        try {
            TreeComparison.compare(older.layers(), newer.layers(), page);
        } catch (IOException e) {
            throw EngineException.internal("the images cannot be compared: " + e.getMessage(), e);
        }
        return new ImageChanges(
                newer.stored().id(),
                older.stored().id(),
                SettingsComparison.compare(older.details(), newer.details()),
                page.sum(ImageFileChange.Kind.ADDED),
                page.sum(ImageFileChange.Kind.MODIFIED),
                page.sum(ImageFileChange.Kind.DELETED),
                page.files(),
                page.more());
    }
}
