package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        return layers(entry(index, reference), index, owners(index));
    }

    /** The layers of all images but those that are only steps of others, without steps that made none, in the order of {@link ImageService#list}. */
    public Map<String, List<ImageLayer>> layersOfAll() {
        ImageIndex index = catalog.index();
        Map<String, List<String>> owners = owners(index);
        Map<String, List<ImageLayer>> all = new LinkedHashMap<>();
        for (ImageDetails image : index.newestFirst()) {
            ImageIndex.Entry entry = index.byId(image.id());
            if (entry != null && !index.isIntermediate(entry)) {
                all.put(
                        image.id(),
                        layers(entry, index, owners).stream()
                                .filter(ImageLayer::isLayer)
                                .toList());
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

    /** Which images have a layer, newest first; without those that are only steps of others. */
    private static Map<String, List<String>> owners(ImageIndex index) {
        Map<String, List<String>> owners = new HashMap<>();
        for (ImageDetails image : index.newestFirst()) {
            ImageIndex.Entry entry = index.byId(image.id());
            if (entry != null && !index.isIntermediate(entry)) {
                entry.stored().layers().stream()
                        .map(StoredImage.Layer::layerId)
                        .distinct()
                        .forEach(layer -> owners.computeIfAbsent(layer, id -> new ArrayList<>())
                                .add(image.id()));
            }
        }
        return owners;
    }

    private static List<ImageLayer> layers(ImageIndex.Entry image, ImageIndex index, Map<String, List<String>> owners) {
        List<StoredLayer> stored = index.layersOf(image.stored());
        List<HistoryEntry> history = image.file().history();
        long told = history.stream().filter(step -> !step.emptyLayer()).count();
        List<ImageLayer> layers = new ArrayList<>();
        int next = 0;
        // What no step accounts for was there before all of them.
        while (next < stored.size() - told) {
            layers.add(layer(stored.get(next++), "", Instant.EPOCH, image, owners));
        }
        for (HistoryEntry step : history) {
            if (step.emptyLayer()) {
                layers.add(new ImageLayer("", "", 0, step.createdBy(), step.created(), List.of()));
            } else if (next < stored.size()) {
                layers.add(layer(stored.get(next++), step.createdBy(), step.created(), image, owners));
            }
        }
        return List.copyOf(layers);
    }

    private static ImageLayer layer(
            StoredLayer layer,
            String createdBy,
            Instant created,
            ImageIndex.Entry image,
            Map<String, List<String>> owners) {
        List<String> others = owners.getOrDefault(layer.id(), List.of()).stream()
                .filter(id -> !id.equals(image.stored().id()))
                .toList();
        return new ImageLayer(layer.id(), layer.archiveDiffId(), layer.sizeBytes(), createdBy, created, others);
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
