package dev.lighter.dashboard;

import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The picture of images and their layers: as long as they are large, with the same colour for the same layer wherever it is. Colours go to
 * the largest shared layers first; when there are more than colours, these repeat, and the words beside them tell them apart.
 */
final class LayerPicture {
    static final int SHADES = 8;
    /** As many bars as are worth looking at. */
    static final int MOST_BARS = 40;

    private static final double WIDTH = 1000;
    /** Thinner would be no line any more. */
    private static final double THINNEST = 1.5;

    private static final int LONGEST_COMMAND = 80;

    private final Map<String, Integer> shades = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, List<ImageLayer>> layers;

    /** @param layers of every image, by its id */
    LayerPicture(List<ImageDetails> images, Map<String, List<ImageLayer>> layers) {
        this.layers = layers;
        images.forEach(image -> names.put(image.id(), ImageRow.title(image)));
        layers.values().stream()
                .flatMap(List::stream)
                .filter(layer -> !layer.sharedWith().isEmpty())
                .sorted((one, other) -> Long.compare(other.sizeBytes(), one.sizeBytes()))
                .forEach(layer -> shades.putIfAbsent(layer.layerId(), shades.size() % SHADES + 1));
    }

    /** A bar for each image, the largest as wide as the picture. */
    List<ImageBar> bars(List<ImageDetails> images) {
        List<ImageDetails> shown = images.stream().limit(MOST_BARS).toList();
        long largest = Math.max(
                1, shown.stream().mapToLong(ImageDetails::sizeBytes).max().orElse(1));
        return shown.stream().map(image -> bar(image, largest)).toList();
    }

    /** One image's bar, as wide as the picture. */
    ImageBar bar(ImageDetails image) {
        return bar(image, Math.max(1, image.sizeBytes()));
    }

    private ImageBar bar(ImageDetails image, long whole) {
        List<LayerSegment> segments = new ArrayList<>();
        double left = 0;
        long shared = 0;
        List<ImageLayer> own = layers.getOrDefault(image.id(), List.of());
        for (ImageLayer layer : own) {
            double width = layer.sizeBytes() == 0 ? 0 : Math.max(THINNEST, layer.sizeBytes() * WIDTH / whole);
            width = Math.min(width, WIDTH - left);
            if (width > 0) {
                segments.add(new LayerSegment(tenths(left), tenths(width), shade(layer), words(layer)));
            }
            left += width;
            shared += layer.sharedWith().isEmpty() ? 0 : layer.sizeBytes();
        }
        String words = (own.size() == 1 ? "1 layer, " : own.size() + " layers, ")
                + Words.bytes(image.sizeBytes())
                + (shared == 0 ? ", shared with no other image" : ", of which others have " + Words.bytes(shared));
        return new ImageBar(
                image.id().replaceFirst("^sha256:", ""),
                ImageRow.title(image),
                Words.bytes(image.sizeBytes()),
                words,
                segments);
    }

    /** The colour of a layer, 0 for one that no other image has. */
    int shade(ImageLayer layer) {
        return layer.sharedWith().isEmpty() ? 0 : shades.getOrDefault(layer.layerId(), 1);
    }

    private String words(ImageLayer layer) {
        return Words.bytes(layer.sizeBytes()) + (layer.createdBy().isEmpty() ? "" : ": " + command(layer)) + "\n"
                + sharedWords(layer);
    }

    /** Who else has a layer, in a sentence without its full stop. */
    String sharedWords(ImageLayer layer) {
        List<String> others = layer.sharedWith().stream()
                .map(id -> names.getOrDefault(id, ImageRow.shortId(id)))
                .toList();
        return others.isEmpty() ? "Only in this image" : "Also in " + String.join(", ", others);
    }

    /** What made a layer, without the shell that the classic builder writes before every command. */
    static String command(ImageLayer layer) {
        String command = layer.createdBy()
                .replaceFirst("^/bin/sh -c #\\(nop\\)\\s+", "")
                .replaceFirst("^/bin/sh -c ", "RUN ")
                .strip();
        return command.length() > LONGEST_COMMAND ? command.substring(0, LONGEST_COMMAND - 1) + "…" : command;
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
