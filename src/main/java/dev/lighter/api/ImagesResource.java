package dev.lighter.api;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageRemoval;
import dev.lighter.image.ImageService;
import dev.lighter.image.LoadProgress;
import dev.lighter.image.LoadedImage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Images, in Lighter's own words. */
@RestController
@RequestMapping("/api/images")
@Tag(name = "Images", description = "Images, in Lighter's own words")
class ImagesResource {
    private final ImageService images;

    ImagesResource(ImageService images) {
        this.images = images;
    }

    /** An image. */
    @Schema(name = "Image")
    record ImageAnswer(
            @Schema(example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
            String id,

            @Schema(example = "[\"lighter/host:latest\"]") List<String> tags,

            @Schema(description = "Of all its layers, unpacked")
            long sizeBytes,

            Instant createdAt,
            @Schema(example = "amd64") String architecture,
            @Schema(example = "linux") String os,
            int layers) {
        static ImageAnswer of(ImageDetails image) {
            return new ImageAnswer(
                    image.id(),
                    image.repoTags(),
                    image.sizeBytes(),
                    image.created(),
                    image.architecture(),
                    image.os(),
                    image.diffIds().size());
        }
    }

    /** What an upload brought. */
    @Schema(name = "LoadedImage")
    record LoadedAnswer(
            @Schema(description = "Empty where the archive gives no name", example = "app:1.0")
            String name,

            @Schema(example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
            String id) {
        static LoadedAnswer of(LoadedImage image) {
            return new LoadedAnswer(image.name(), image.id());
        }
    }

    /** What a removal did. */
    @Schema(name = "RemovedImage")
    record RemovedAnswer(List<String> untagged, List<String> deleted) {
        static RemovedAnswer of(List<ImageRemoval> done) {
            return new RemovedAnswer(
                    done.stream()
                            .map(ImageRemoval::untagged)
                            .filter(name -> !name.isEmpty())
                            .toList(),
                    done.stream()
                            .map(ImageRemoval::deleted)
                            .filter(id -> !id.isEmpty())
                            .toList());
        }
    }

    @GetMapping
    @Operation(summary = "List images", description = "Newest first.")
    List<ImageAnswer> list(
            @Parameter(description = "Those, too, that have no name and are only steps in the making of others")
                    @RequestParam(defaultValue = "false")
                    boolean all) {
        return images.list().stream()
                .filter(image -> all || !image.repoTags().isEmpty() || !images.hasChildren(image.id()))
                .map(ImageAnswer::of)
                .toList();
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Upload an archive of images",
            description =
                    "Of docker save or an OCI layout, plain or compressed: as the body itself, or as the file of a"
                            + " form. Nothing is kept of an archive that is broken.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = "application/x-tar",
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(implementation = Upload.class))
                            }))
    @ApiResponse(responseCode = "201", description = "The images that the archive held")
    List<LoadedAnswer> upload(HttpServletRequest request) throws IOException {
        String type = String.valueOf(request.getContentType());
        boolean form = type.toLowerCase(Locale.ROOT).startsWith(MediaType.MULTIPART_FORM_DATA_VALUE);
        InputStream body = request.getInputStream();
        List<LoadedImage> loaded = images.load(form ? FormFile.open(body, type) : body, "", LoadProgress.SILENT);
        return loaded.stream().map(LoadedAnswer::of).toList();
    }

    /** A form with an archive, for the document. */
    @Schema(name = "ImageUpload")
    record Upload(
            @Schema(type = "string", format = "binary") String archive) {}

    @DeleteMapping
    @Operation(
            summary = "Remove an image by name",
            description = "Takes the name away, and with the last name the image; by id the image with its names.")
    RemovedAnswer remove(
            @Parameter(description = "A name or an id", example = "app:1.0") @RequestParam(defaultValue = "")
                    String name,
            @Parameter(description = "Also with several names, or while stopped containers use it")
                    @RequestParam(defaultValue = "false")
                    boolean force) {
        if (name.isBlank()) {
            throw EngineException.invalid("the parameter name is missing: name the image to remove");
        }
        return RemovedAnswer.of(images.remove(name, force));
    }

    @DeleteMapping("/{*reference}")
    @Operation(summary = "Remove an image", description = "The same, with the name or id in the path.")
    RemovedAnswer removeByPath(
            @Parameter(description = "A name, which may hold slashes, or an id", example = "app:1.0") @PathVariable
                    String reference,
            @Parameter(description = "Also with several names, or while stopped containers use it")
                    @RequestParam(defaultValue = "false")
                    boolean force) {
        return RemovedAnswer.of(images.remove(reference.substring(1), force));
    }
}
