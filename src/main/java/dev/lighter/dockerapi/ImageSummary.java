package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.image.ImageDetails;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One image in a list. Times are seconds since 1970, sizes bytes; -1 stands for what was not counted. */
record ImageSummary(
        @JsonProperty("Id") @Schema(example = "sha256:ec3f0931a6e6b6855d76b2d7b0be30e81860baccd891b2e243280bf1cd8ad710")
        String id,

        @JsonProperty("ParentId") String parentId,

        @JsonProperty("RepoTags") @Schema(example = "[\"lighter/host:latest\"]")
        List<String> repoTags,

        @JsonProperty("RepoDigests") List<String> repoDigests,
        @JsonProperty("Created") long created,
        @JsonProperty("Size") long size,
        @JsonProperty("SharedSize") long sharedSize,
        @JsonProperty("VirtualSize") long virtualSize,
        @JsonProperty("Labels") Map<String, String> labels,
        @JsonProperty("Containers") int containers,

        @JsonProperty("Manifests") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        List<ImageManifestView> manifests,

        @JsonProperty("Descriptor") @JsonInclude(JsonInclude.Include.NON_NULL)
        ImageManifestView.@Nullable Descriptor descriptor) {
    private static final int DESCRIPTORS_SINCE = 48;
    private static final int PLAIN_LISTS_SINCE = 43;

    /** The same image with another size. */
    ImageSummary sized(long bytes) {
        return new ImageSummary(
                id,
                parentId,
                repoTags,
                repoDigests,
                created,
                bytes,
                sharedSize,
                bytes,
                labels,
                containers,
                manifests,
                descriptor);
    }

    /** Clients before 1.43 are told of an image without a name in a way of its own. */
    static ImageSummary of(
            ImageDetails image,
            List<String> tags,
            long sharedBytes,
            int containers,
            @Nullable ImageManifestView manifest,
            boolean withManifest,
            int minorVersion) {
        boolean old = minorVersion < PLAIN_LISTS_SINCE;
        return new ImageSummary(
                image.id(),
                image.parentId(),
                tags.isEmpty() && old ? List.of("<none>:<none>") : tags,
                image.repoDigests().isEmpty() && old ? List.of("<none>@<none>") : image.repoDigests(),
                image.created().getEpochSecond(),
                image.sizeBytes(),
                sharedBytes,
                image.sizeBytes(),
                image.config().labels(),
                containers,
                withManifest && manifest != null ? List.of(manifest) : null,
                manifest == null || minorVersion < DESCRIPTORS_SINCE ? null : manifest.descriptor());
    }
}
