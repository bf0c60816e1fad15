package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.PrunedContainers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which containers were removed, null for none as in Docker's answer, and how many bytes they had written. */
record ContainerPruneAnswer(
        @JsonProperty("ContainersDeleted") @Nullable List<String> deleted,
        @JsonProperty("SpaceReclaimed") long spaceReclaimed) {
    static ContainerPruneAnswer of(PrunedContainers pruned) {
        return new ContainerPruneAnswer(pruned.ids().isEmpty() ? null : pruned.ids(), pruned.bytes());
    }
}
