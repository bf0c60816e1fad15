package dev.lighter.image;

import dev.lighter.error.EngineException;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/** Looks ahead at what a prune of images would do. Safe for all threads. */
@Service
public class ImagePruning {
    private final ImageCatalog catalog;
    private final ImageDirectories directories;
    private final ObjectProvider<ImageUsers> users;

    ImagePruning(ImageCatalog catalog, ImageDirectories directories, ObjectProvider<ImageUsers> users) {
        this.catalog = catalog;
        this.directories = directories;
        this.users = users;
    }

    /**
     * What {@link ImageService#prune} would remove. What several images have goes only with the last of them.
     *
     * @param tagged whether those that have a name go, too
     */
    public PrunableImages preview(boolean tagged) {
        ImageIndex index = catalog.index();
        Map<String, ImageIndex.Entry> going = new LinkedHashMap<>();
        boolean more = true;
        while (more) {
            // An image goes after those that were made on top of it.
            more = false;
            for (ImageDetails image : index.newestFirst()) {
                ImageIndex.Entry entry = index.byId(image.id());
                if (entry != null && !going.containsKey(image.id()) && goes(entry, tagged, index, going.keySet())) {
                    going.put(image.id(), entry);
                    more = true;
                }
            }
        }
        List<ImageDetails> images = index.newestFirst().stream()
                .filter(image -> going.containsKey(image.id()))
                .toList();
        return new PrunableImages(images, bytes(index, going.keySet()));
    }

    private boolean goes(ImageIndex.Entry image, boolean tagged, ImageIndex index, Set<String> going) {
        String id = image.stored().id();
        return (tagged || image.names().isEmpty())
                && index.childrenOf(id).stream()
                        .allMatch(child -> going.contains(child.stored().id()))
                && users.stream().allMatch(one -> one.usersOf(id).isEmpty());
    }

    private long bytes(ImageIndex index, Set<String> going) {
        Set<String> layers = new HashSet<>();
        Set<String> blobs = new HashSet<>();
        Set<String> keptLayers = new HashSet<>();
        Set<String> keptBlobs = new HashSet<>();
        for (ImageIndex.Entry image : index.everything()) {
            boolean goes = going.contains(image.stored().id());
            image.stored().layers().forEach(layer -> (goes ? layers : keptLayers).add(layer.layerId()));
            (goes ? blobs : keptBlobs).addAll(image.wantedBlobs());
        }
        layers.removeAll(keptLayers);
        blobs.removeAll(keptBlobs);
        long bytes = index.layers().stream()
                .filter(layer -> layers.contains(layer.id()))
                .mapToLong(StoredLayer::sizeBytes)
                .sum();
        try {
            for (String blob : blobs) {
                bytes += directories.blobBytes(blob);
            }
            return bytes;
        } catch (IOException e) {
            throw EngineException.internal("the images' files cannot be measured: " + e.getMessage(), e);
        }
    }
}
