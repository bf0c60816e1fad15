package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.image.ImageRemoval;

/** One thing that the removal of an image did: a name that was taken away, or an image or layer that is gone. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ImageDeleteItem(
        @JsonProperty("Untagged") String untagged,
        @JsonProperty("Deleted") String deleted) {
    static ImageDeleteItem of(ImageRemoval removal) {
        return new ImageDeleteItem(removal.untagged(), removal.deleted());
    }
}
