package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImagePruning;
import dev.lighter.image.ImageReference;
import dev.lighter.image.ImageRemoval;
import dev.lighter.image.ImageService;
import dev.lighter.image.PrunableImages;
import dev.lighter.image.PrunedImages;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Names given to images, and images that nobody needs taken away. */
@RestController
@RequestMapping("/api/images")
@Tag(name = "Images", description = "Images, in Lighter's own words")
class ImageChoresResource {
    private final ImageService images;
    private final ImagePruning pruning;

    ImageChoresResource(ImageService images, ImagePruning pruning) {
        this.images = images;
        this.pruning = pruning;
    }

    /** A name for an image. */
    @Schema(name = "NewImageName")
    record NewName(
            @Schema(description = "A name or an id", example = "app:1.0", requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            @NotBlank(message = "must say which image")
            String image,

            @Schema(
                    description = "With a tag, or latest is meant; taken from the image that has it",
                    example = "registry.example.com/app:1.0",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            @NotBlank(message = "must say what the image is to be called")
            String name) {}

    /** An image with its names. */
    @Schema(name = "NamedImage")
    record NamedAnswer(
            @Schema(example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
            String id,

            @Schema(example = "[\"app:1.0\"]") List<String> tags) {}

    /** What was pruned, or would be. */
    @Schema(name = "PrunedImages")
    record PrunedAnswer(
            List<PrunedImage> images,

            @Schema(description = "Of the disk, with what only these images have")
            long bytes,

            @Schema(description = "Whether nothing was done")
            boolean preview) {
        static PrunedAnswer of(List<ImageDetails> images, long bytes, boolean preview) {
            return new PrunedAnswer(
                    images.stream()
                            .map(image -> new PrunedImage(image.id(), image.repoTags(), image.sizeBytes()))
                            .toList(),
                    bytes,
                    preview);
        }
    }

    /** One that was pruned, or would be. */
    @Schema(name = "PrunedImage")
    record PrunedImage(
            @Schema(example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
            String id,

            @Schema(example = "[]") List<String> tags,

            @Schema(description = "With what it shares") long sizeBytes) {}

    @PostMapping("/tags")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Give an image one more name")
    @ApiResponse(responseCode = "201", description = "The image with all its names")
    NamedAnswer tag(@Valid @RequestBody NewName wanted) {
        ImageReference name = ImageReference.parse(Objects.requireNonNull(wanted.name()));
        if (name.digest() != null) {
            throw EngineException.invalid("name: a digest is not chosen; leave it out");
        }
        ImageDetails image = images.get(Objects.requireNonNull(wanted.image()));
        images.tag(image.id(), name.orLatest().toString(), "");
        ImageDetails named = images.get(image.id());
        return new NamedAnswer(named.id(), named.repoTags());
    }

    @PostMapping("/prune")
    @Operation(
            summary = "Remove images that no container has",
            description = "Those without a name, or all of them. Layers go with the last image that has them.")
    PrunedAnswer prune(
            @Parameter(description = "Those with names, too") @RequestParam(defaultValue = "false") boolean all,
            @Parameter(description = "Only tell what would go") @RequestParam(defaultValue = "false") boolean preview) {
        PrunableImages found = pruning.preview(all);
        if (preview) {
            return PrunedAnswer.of(found.images(), found.bytes(), true);
        }
        PrunedImages pruned = images.prune(all, image -> true);
        List<String> deleted = pruned.done().stream().map(ImageRemoval::deleted).toList();
        return PrunedAnswer.of(
                found.images().stream()
                        .filter(image -> deleted.contains(image.id()))
                        .toList(),
                pruned.bytes(),
                false);
    }
}
