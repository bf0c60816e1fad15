package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageComparison;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What images are made of and what they have in common. */
@RestController
@RequestMapping("/api/images")
@Tag(name = "Images", description = "Images, in Lighter's own words")
class ImageComparisonResource {
    private static final int MOST_FILES = 10_000;
    private static final String LAYERS = "/layers";
    private static final String CHANGES = "/changes";

    private final ImageComparison comparison;

    ImageComparisonResource(ImageComparison comparison) {
        this.comparison = comparison;
    }

    @GetMapping("/{image}" + LAYERS)
    @Operation(
            summary = "List an image's layers",
            description =
                    "Lowest first, each with the step that made it and the other images that have it; among them the"
                            + " steps that made none.")
    List<ImageLayerAnswer> layers(
            @Parameter(description = "An id, or a name, whose slashes may be written as they are", example = "app:1.0")
                    @PathVariable
                    String image) {
        return comparison.layers(image).stream().map(ImageLayerAnswer::of).toList();
    }

    @GetMapping("/{image}" + CHANGES)
    @Operation(
            summary = "Compare two images",
            description = "What was added, changed and deleted since another image, in files and in the configuration."
                    + " Files are the same when owner, permissions and content are; times do not matter. The sums are of"
                    + " all files, whatever the page has.")
    ImageChangesAnswer changes(
            @Parameter(description = "An id, or a name, whose slashes may be written as they are", example = "app:1.1")
                    @PathVariable
                    String image,
            @Parameter(description = "The image to compare with, by id or name", example = "app:1.0")
                    @RequestParam(defaultValue = "")
                    String since,
            @Parameter(description = "Begin after this path, the next of the page before")
                    @RequestParam(defaultValue = "")
                    String after,
            @Parameter(description = "As many files at most, up to 10000") @RequestParam(defaultValue = "1000")
                    int limit) {
        if (since.isBlank()) {
            throw EngineException.invalid("since: name the image to compare with");
        }
        if (limit < 1 || limit > MOST_FILES) {
            throw EngineException.invalid("limit must be from 1 to " + MOST_FILES);
        }
        return ImageChangesAnswer.of(comparison.changes(image, since, after, limit));
    }

    /** The same for names that have slashes. */
    @GetMapping("/{*path}")
    @Hidden
    Object ofNameWithSlashes(
            @PathVariable String path,
            @RequestParam(defaultValue = "") String since,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "1000") int limit) {
        if (path.endsWith(LAYERS)) {
            return layers(path.substring(1, path.length() - LAYERS.length()));
        }
        if (path.endsWith(CHANGES)) {
            return changes(path.substring(1, path.length() - CHANGES.length()), since, after, limit);
        }
        throw EngineException.notFound("there is nothing at GET /api/images" + path
                + "; /api/images lists images, and an image's path goes on with /layers or /changes");
    }
}
