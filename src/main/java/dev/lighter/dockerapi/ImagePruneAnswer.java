package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.image.PrunedImages;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a prune of images did, null for nothing as in Docker's answer, and how many bytes it gave back. */
record ImagePruneAnswer(
        @JsonProperty("ImagesDeleted") @Nullable List<ImageDeleteItem> deleted,
        @JsonProperty("SpaceReclaimed") long spaceReclaimed) {
    static ImagePruneAnswer of(PrunedImages pruned) {
        List<ImageDeleteItem> deleted =
                pruned.done().stream().map(ImageDeleteItem::of).toList();
        return new ImagePruneAnswer(deleted.isEmpty() ? null : deleted, pruned.bytes());
    }
}
