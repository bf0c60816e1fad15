package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.image.ImageArchives;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Images on Docker's paths. Names hold slashes, so what follows a name is told from it by its end. */
@RestController
@Tag(name = "Docker: images", description = "Load, list, look at, name and remove images")
class ImageController {
    private static final String NAME = "A name, with or without tag or digest, an id, or the beginning of an id";

    private final ImageService images;
    private final ImageArchives archives;
    private final ImageImports imports;
    private final JsonMapper json;

    ImageController(ImageService images, ImageArchives archives, ImageImports imports, JsonMapper json) {
        this.images = images;
        this.archives = archives;
        this.imports = imports;
        this.json = json;
    }

    @GetMapping("/images/{*path}")
    @Operation(
            summary = "Inspect an image, tell its history or save it",
            description = "The path is the image's name, which may hold slashes, and /json, /history or /get. The last"
                    + " gives an archive, as /images/get does.",
            parameters =
                    @Parameter(
                            name = "path",
                            in = ParameterIn.PATH,
                            description = NAME + ", then /json, /history or /get",
                            example = "lighter/host:latest/json"))
    @ApiResponse(
            responseCode = "200",
            description = "The image; or its history, last step first; or the archive",
            content = @Content(schema = @Schema(oneOf = {ImageInspect.class, ImageHistoryItem[].class})))
    @Nullable
    Object show(
            @PathVariable String path,
            @Parameter(description = "Tell of the image's manifest, too") @RequestParam(defaultValue = "false")
                    boolean manifests,
            @Parameter(
                            description = "Only if the image is for this platform, as JSON",
                            example = "{\"os\":\"linux\",\"architecture\":\"amd64\"}")
                    @RequestParam(defaultValue = "")
                    String platform,
            HttpServletResponse response)
            throws IOException {
        if (path.endsWith("/history")) {
            String name = before(path, "/history");
            images.requirePlatform(name, platform);
            return images.history(name).stream().map(ImageHistoryItem::of).toList();
        }
        if (path.endsWith("/get")) {
            ImageArchiveController.send(archives, List.of(before(path, "/get")), platform, response);
            return null;
        }
        String name = before(path, "/json");
        ImageDetails image = images.get(name);
        images.requirePlatform(name, platform);
        return ImageInspect.of(
                image,
                images.configFile(image.id()),
                images.layerDirectories(image.id()),
                ImageManifestView.of(images, image),
                manifests);
    }

    @PostMapping(path = "/images/create", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Make an image from elsewhere",
            description =
                    "lighter/host is made from this host's own files where it is missing. This version does not pull"
                            + " from registries and says so.",
            parameters = {
                @Parameter(name = "fromImage", in = ParameterIn.QUERY, example = "lighter/host"),
                @Parameter(name = "tag", in = ParameterIn.QUERY, example = "latest")
            })
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content = @Content(schema = @Schema(implementation = ProgressLine.class)))
    @ApiResponse(responseCode = "501", description = "Another image than lighter/host was asked for")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = ImageQuery.of(request, "fromImage");
        String tag = ImageQuery.of(request, "tag");
        if (name.isEmpty()) {
            imports.run(request, response);
            return;
        }
        String separator = tag.startsWith("sha256:") ? "@" : ":";
        ImageDetails image = images.make(tag.isEmpty() ? name : name + separator + tag);
        new ProgressStream(response, json, false)
                .write(ProgressLine.status("Status: Image is made from this host's files: " + image.id()));
    }

    @PostMapping("/images/{*path}")
    @Operation(
            summary = "Name an image",
            description = "The path is the image's name, which may hold slashes, and /tag. The new name is taken from"
                    + " the image that has it.",
            parameters =
                    @Parameter(
                            name = "path",
                            in = ParameterIn.PATH,
                            description = NAME + ", then /tag",
                            example = "lighter/host:latest/tag"))
    @ApiResponse(responseCode = "201", description = "It has the name")
    @ApiResponse(responseCode = "400", description = "The name is not a valid one")
    ResponseEntity<Void> tag(
            @PathVariable String path,
            @Parameter(description = "The new repository", example = "registry.example.com/app")
                    @RequestParam(defaultValue = "")
                    String repo,
            @Parameter(description = "The new tag, latest by default", example = "1.0") @RequestParam(defaultValue = "")
                    String tag) {
        images.tag(before(path, "/tag"), repo, tag);
        return ResponseEntity.status(HttpStatus.CREATED).build();
    }

    @DeleteMapping("/images/{*path}")
    @Operation(
            summary = "Remove an image",
            description = "Takes the name away; with its last name the image and those of its layers go that no other"
                    + " image uses.",
            parameters =
                    @Parameter(
                            name = "path",
                            in = ParameterIn.PATH,
                            description = NAME,
                            example = "lighter/host:latest"))
    List<ImageDeleteItem> remove(
            @PathVariable String path,
            @Parameter(description = "Although stopped containers were made from it, or it has several names")
                    @RequestParam(defaultValue = "false")
                    boolean force,
            @Parameter(description = "Leave the images without names that it was made on top of")
                    @RequestParam(defaultValue = "false")
                    boolean noprune) {
        return images.remove(path.substring(1), force, !noprune).stream()
                .map(ImageDeleteItem::of)
                .toList();
    }

    private static String before(String path, String ending) {
        if (!path.endsWith(ending) || path.length() <= ending.length() + 1) {
            throw EngineException.notFound("page not found");
        }
        return path.substring(1, path.length() - ending.length());
    }
}
