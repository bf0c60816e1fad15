package dev.lighter.dashboard;

import dev.lighter.image.ImageLayer;

/**
 * A layer of an image in the words of its page, or a step that made none.
 *
 * @param number counted from 1, lowest first; empty for a step without a layer
 * @param command what made it, shortened; in full in {@code fullCommand}
 * @param width its part of the image, in thousandths
 */
record LayerRow(
        String number,
        String digest,
        String size,
        String command,
        String fullCommand,
        String shared,
        int shade,
        double width) {
    static LayerRow of(ImageLayer layer, int number, long whole, LayerPicture picture) {
        if (!layer.isLayer()) {
            return new LayerRow("", "", "", LayerPicture.command(layer), layer.createdBy(), "", 0, 0);
        }
        return new LayerRow(
                String.valueOf(number),
                ImageRow.shortId(layer.diffId()),
                Words.bytes(layer.sizeBytes()),
                layer.createdBy().isEmpty() ? "The image does not tell" : LayerPicture.command(layer),
                layer.createdBy(),
                picture.sharedWords(layer),
                picture.shade(layer),
                Math.round(layer.sizeBytes() * 10_000.0 / Math.max(1, whole)) / 10.0);
    }
}
