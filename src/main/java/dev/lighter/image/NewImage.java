package dev.lighter.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image that is to be made on top of another one.
 *
 * @param parentId the image below, or null for none
 * @param layer what it adds, or null where only the configuration is another
 * @param config the whole configuration, not only what changes
 * @param step the step that made it, added to the parent's history; its {@code emptyLayer} is ignored
 * @param names what it is called at once, so that nobody removes it before it has a name
 */
public record NewImage(
        @Nullable String parentId,
        @Nullable WrittenLayer layer,
        ImageConfig config,
        HistoryEntry step,
        List<ImageReference> names) {}
