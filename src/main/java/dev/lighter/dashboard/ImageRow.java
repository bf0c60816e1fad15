package dev.lighter.dashboard;

import dev.lighter.image.ImageDetails;
import java.time.Instant;
import java.util.List;

/**
 * An image in the words of the pages, for the first paint.
 *
 * @param name its first name, or its short id
 * @param otherNames the rest of its names
 * @param reference what to ask for it by
 */
record ImageRow(
        String id,
        String shortId,
        String name,
        String otherNames,
        String reference,
        String size,
        String architecture,
        String created) {
    private static final int SHORT = 12;

    /** What the page's template of a new row is made from. */
    static final ImageRow BLANK = new ImageRow("", "", "", "", "", "", "", "");

    static ImageRow of(ImageDetails image, Instant now) {
        List<String> tags = image.repoTags();
        String shortId = image.id().replaceFirst("^sha256:", "").substring(0, SHORT);
        return new ImageRow(
                image.id(),
                shortId,
                tags.isEmpty() ? shortId : tags.get(0),
                tags.size() < 2 ? "" : String.join(", ", tags.subList(1, tags.size())),
                tags.isEmpty() ? image.id() : tags.get(0),
                Words.bytes(image.sizeBytes()),
                image.architecture(),
                Words.ago(image.created(), now));
    }
}
