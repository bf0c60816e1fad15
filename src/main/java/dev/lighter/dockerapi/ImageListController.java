package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.http.DockerVersionFilter;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import dev.lighter.image.PrunedImages;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** All images at once, on Docker's paths. */
@RestController
@Tag(name = "Docker: images")
class ImageListController {
    private final ImageService images;

    ImageListController(ImageService images) {
        this.images = images;
    }

    @GetMapping("/images/json")
    @Operation(summary = "List images", description = "Newest first.")
    List<ImageSummary> list(
            @Parameter(
                            description =
                                    "Names with values as JSON: reference, dangling, label, label!, before, since, until",
                            example = "{\"reference\":[\"lighter/*\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters,
            @Parameter(description = "Also images without a name that others were made on top of")
                    @RequestParam(defaultValue = "false")
                    boolean all,
            @Parameter(description = "Count the bytes that images have in common")
                    @RequestParam(name = "shared-size", defaultValue = "false")
                    boolean sharedSize,
            @Parameter(description = "Accepted for compatibility: digests are always told")
                    @RequestParam(defaultValue = "false")
                    boolean digests,
            @Parameter(description = "Tell of the images' manifests, too") @RequestParam(defaultValue = "false")
                    boolean manifests,
            HttpServletRequest request) {
        ImageFilter filter = ImageFilter.parse(filters, images);
        int version = DockerVersionFilter.minorVersion(request);
        return images.list().stream()
                .filter(image -> all
                        || !image.repoTags().isEmpty()
                        || !image.repoDigests().isEmpty()
                        || !images.hasChildren(image.id()))
                .filter(filter)
                .map(image -> ImageSummary.of(
                        image,
                        filter.tags(image),
                        sharedSize ? images.sharedBytes(image.id()) : -1,
                        images.usersOf(image.id()).size(),
                        ImageManifestView.Descriptor.of(images, image),
                        manifests ? ImageManifestView.of(images, image) : null,
                        version))
                .toList();
    }

    @PostMapping("/images/prune")
    @Operation(
            summary = "Remove the images that no container was made from",
            description = "Those without a tag; all of them with the filter dangling=false.")
    ImagePruneAnswer prune(
            @Parameter(
                            description = "Names with values as JSON: dangling, label, label!, until",
                            example = "{\"dangling\":[\"false\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters) {
        PruneFilter meant = PruneFilter.parseForImages(filters, Instant.now());
        PrunedImages pruned = images.prune(
                !meant.danglingOnly(),
                image -> meant.accepts(image.created(), image.config().labels()));
        return ImagePruneAnswer.of(pruned);
    }

    /** Only one registry of the world has such an index, and asking it would tell it who looks for what. */
    @GetMapping("/images/search")
    @Hidden
    List<ImageDetails> search(
            @Parameter(example = "postgres") @RequestParam(defaultValue = "") String term,
            @RequestParam(defaultValue = "0") int limit,
            @RequestParam(required = false) @Nullable String filters) {
        if (term.isBlank()) {
            throw EngineException.invalid("term: name what to search for");
        }
        throw EngineException.notImplemented("cannot search for \"" + term
                + "\": this engine keeps no index of the public registry; look at the registry's own pages, and pull"
                + " the image by its name");
    }
}
