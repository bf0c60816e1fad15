package dev.lighter.image;

/**
 * One thing that a removal did.
 *
 * @param untagged the name that was taken away, or empty
 * @param deleted the id of the image or layer that is gone, or empty
 */
public record ImageRemoval(String untagged, String deleted) {
    static ImageRemoval untagged(String name) {
        return new ImageRemoval(name, "");
    }

    static ImageRemoval deleted(String id) {
        return new ImageRemoval("", id);
    }
}
