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
    private final RegistryTransfers registries;
    private final ImageArchives archives;
    private final ImageImports imports;
    private final JsonMapper json;

    ImageController(
            ImageService images,
            RegistryTransfers registries,
            ImageArchives archives,
            ImageImports imports,
            JsonMapper json) {
        this.images = images;
        this.registries = registries;
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
                ImageManifestView.Descriptor.of(images, image),
                manifests ? ImageManifestView.of(images, image) : null);
    }

    @PostMapping(path = "/images/create", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Pull an image",
            description =
                    "From the registry that its name begins with, or Docker's. lighter/host is made from this host's own"
                            + " files instead. The answer is a stream of JSON lines that ends with a status, or with an"
                            + " error.",
            parameters = {
                @Parameter(
                        name = "fromImage",
                        in = ParameterIn.QUERY,
                        description = "A name, with or without tag or digest",
                        example = "registry.example.com/app"),
                @Parameter(
                        name = "tag",
                        in = ParameterIn.QUERY,
                        description = "A tag or a digest; without one all tags are pulled",
                        example = "latest"),
                @Parameter(
                        name = "platform",
                        in = ParameterIn.QUERY,
                        description = "Which of several platforms; this machine's by default",
                        example = "linux/amd64"),
                @Parameter(
                        name = RegistryAuth.HEADER,
                        in = ParameterIn.HEADER,
                        description = "Docker's AuthConfig as JSON in base64url")
            })
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content = @Content(schema = @Schema(implementation = TransferLine.class)))
    @ApiResponse(responseCode = "404", description = "The registry has no such image, or does not show it")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = ImageQuery.of(request, "fromImage");
        if (name.isEmpty()) {
            imports.run(request, response);
            return;
        }
        registries.pull(name, ImageQuery.of(request, "tag"), ImageQuery.of(request, "platform"), request, response);
    }

    @PostMapping("/images/{*path}")
    @Operation(
            summary = "Name an image, or push it",
            description = "The path is the image's name, which may hold slashes, and /tag or /push. With /tag the new"
                    + " name is taken from the image that has it. With /push the image goes to the registry that its"
                    + " name begins with; the answer is a stream of JSON lines that ends with an error where it fails.",
            parameters =
                    @Parameter(
                            name = "path",
                            in = ParameterIn.PATH,
                            description = NAME + ", then /tag or /push",
                            example = "lighter/host:latest/tag"))
    @ApiResponse(responseCode = "200", description = "The stream of a push")
    @ApiResponse(responseCode = "201", description = "It has the name")
    @ApiResponse(responseCode = "400", description = "The name is not a valid one")
    @Nullable
    ResponseEntity<Void> tagOrPush(
            @PathVariable String path,
            @Parameter(description = "The new repository", example = "registry.example.com/app")
                    @RequestParam(defaultValue = "")
                    String repo,
            @Parameter(description = "The new tag, latest by default; the one to push, all by default", example = "1.0")
                    @RequestParam(defaultValue = "")
                    String tag,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (path.endsWith("/push")) {
            registries.push(before(path, "/push"), tag, request, response);
            return null;
        }
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
