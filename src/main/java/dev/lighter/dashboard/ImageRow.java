package dev.lighter.dashboard;

import dev.lighter.image.ImageDetails;
import java.time.Instant;
import java.util.List;

/**
 * An image in the words of the pages, for the first paint.
 *
 * @param hex its id without the name of the hash, for its page's address
 * @param name its first name, or its short id
 * @param otherNames the rest of its names
 * @param reference what to ask for it by
 */
record ImageRow(
        String id,
        String hex,
        String shortId,
        String name,
        String otherNames,
        String reference,
        String size,
        String architecture,
        String created) {
    private static final int SHORT = 12;

    /** What the page's template of a new row is made from. */
    static final ImageRow BLANK = new ImageRow("", "", "", "", "", "", "", "", "");

    /** What an image is called: its first name, or its short id. */
    static String title(ImageDetails image) {
        return image.repoTags().isEmpty()
                ? shortId(image.id())
                : image.repoTags().get(0);
    }

    static String shortId(String id) {
        String hex = hex(id);
        return hex.substring(0, Math.min(SHORT, hex.length()));
    }

    static String hex(String id) {
        return id.replaceFirst("^sha256:", "");
    }

    static ImageRow of(ImageDetails image, Instant now) {
        List<String> tags = image.repoTags();
        return new ImageRow(
                image.id(),
                hex(image.id()),
                shortId(image.id()),
                title(image),
                tags.size() < 2 ? "" : String.join(", ", tags.subList(1, tags.size())),
                tags.isEmpty() ? image.id() : tags.get(0),
                Words.bytes(image.sizeBytes()),
                image.architecture(),
                Words.ago(image.created(), now));
    }
}
