package dev.lighter.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts an image's history together with its layers and with the images below it that are here. */
final class ImageHistory {
    private ImageHistory() {}

    /** The steps, last one first; layers that no step accounts for come as steps of their own before all others. */
    static List<HistoryStep> of(ImageIndex.Entry image, ImageIndex index) {
        Map<Integer, ImageIndex.Entry> ends = new HashMap<>();
        for (ImageIndex.Entry one = image; one != null && ends.size() <= ImageConfigFile.MOST_LAYERS; ) {
            ends.putIfAbsent(one.file().history().size() - 1, one);
            one = index.parentOf(one);
        }
        List<HistoryEntry> entries = image.file().history();
        List<StoredImage.Layer> layers = image.stored().layers();
        int told = (int) entries.stream().filter(entry -> !entry.emptyLayer()).count();
        List<HistoryStep> steps = new ArrayList<>();
        int layer = 0;
        while (layer < layers.size() - told) {
            boolean last = entries.isEmpty() && layer == layers.size() - 1;
            HistoryEntry untold = new HistoryEntry(image.file().created(), "", "", "", false);
            steps.add(step(untold, last ? image : null, size(index, layers, layer++)));
        }
        for (int i = 0; i < entries.size(); i++) {
            HistoryEntry entry = entries.get(i);
            long bytes = entry.emptyLayer() ? 0 : size(index, layers, layer++);
            steps.add(step(entry, ends.get(i), bytes));
        }
        Collections.reverse(steps);
        return List.copyOf(steps);
    }

    private static HistoryStep step(HistoryEntry entry, ImageIndex.@Nullable Entry image, long bytes) {
        return new HistoryStep(
                image == null || image.stored().removed() ? "" : image.stored().id(),
                entry.created(),
                entry.createdBy(),
                image == null ? List.of() : image.details().repoTags(),
                bytes,
                entry.comment());
    }

    private static long size(ImageIndex index, List<StoredImage.Layer> layers, int position) {
        StoredLayer stored =
                position < layers.size() ? index.layer(layers.get(position).layerId()) : null;
        return stored == null ? 0 : stored.sizeBytes();
    }
}
