package dev.lighter.api;

import dev.lighter.container.ContainerView;
import dev.lighter.container.Snapshot;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot.
 *
 * @param copies the ids of the containers that stand on its files
 */
@Schema(name = "Snapshot")
record SnapshotAnswer(
        @Schema(example = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0")
        String id,

        @Schema(description = "None when it was not given one", example = "before-upgrade") @Nullable
        String name,

        Instant created,

        @Schema(description = "The container that it was made of, which may be gone")
        String containerId,

        @Schema(description = "What that was called then", example = "db")
        String containerName,

        @Schema(description = "The image that the container was made from", example = "postgres:16")
        String image,

        Map<String, String> labels,

        @Schema(description = "What the files of its volumes hold", example = "104857600")
        long volumeBytes,

        @Schema(description = "The ids of the containers that stand on its files")
        List<String> copies) {
    static SnapshotAnswer of(Snapshot snapshot, long volumeBytes, List<ContainerView> containers) {
        return new SnapshotAnswer(
                snapshot.id(),
                snapshot.name(),
                snapshot.created(),
                snapshot.containerId(),
                snapshot.containerName(),
                snapshot.spec().image(),
                snapshot.labels(),
                volumeBytes,
                containers.stream()
                        .filter(container -> container.rootImageId().equals(snapshot.imageId())
                                && !container.id().equals(snapshot.containerId()))
                        .map(ContainerView::id)
                        .toList());
    }
}
