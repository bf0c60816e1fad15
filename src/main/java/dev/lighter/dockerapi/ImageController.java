package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.http.DockerVersionFilter;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.json.JsonMapper;

/** Images on Docker's paths. Names hold slashes, so what follows a name is told from it by its end. */
@RestController
@Tag(name = "Docker: images", description = "Load, list, look at, name and remove images")
class ImageController {
    private static final String NAME = "A name, with or without tag or digest, an id, or the beginning of an id";

    private final ImageService images;
    private final RegistryTransfers registries;
    private final JsonMapper json;

    ImageController(ImageService images, RegistryTransfers registries, JsonMapper json) {
        this.images = images;
        this.registries = registries;
        this.json = json;
    }

    @GetMapping("/images/json")
    @Operation(summary = "List images", description = "Newest first.")
    List<ImageSummary> list(
            @Parameter(
                            description = "Names with values as JSON: reference, dangling, label, before, since, until",
                            example = "{\"reference\":[\"lighter/*\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters,
            @Parameter(description = "Count the bytes that images have in common")
                    @RequestParam(name = "shared-size", defaultValue = "false")
                    boolean sharedSize,
            HttpServletRequest request) {
        ImageFilter filter = ImageFilter.parse(filters, images);
        int version = DockerVersionFilter.minorVersion(request);
        return images.list().stream()
                .filter(filter)
                .map(image -> ImageSummary.of(
                        image, filter.tags(image), sharedSize ? images.sharedBytes(image.id()) : -1, version))
                .toList();
    }

    @GetMapping("/images/{*path}")
    @Operation(
            summary = "Inspect an image",
            description = "The path is the image's name, which may hold slashes, and /json.",
            parameters =
                    @Parameter(
                            name = "path",
                            in = ParameterIn.PATH,
                            description = NAME + ", then /json",
                            example = "lighter/host:latest/json"))
    ImageInspect inspect(@PathVariable String path) {
        ImageDetails image = images.get(before(path, "/json"));
        return ImageInspect.of(image, images.layerDirectories(image.id()));
    }

    @PostMapping(path = "/images/load", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Load images from an archive",
            description =
                    "An archive of docker save or an OCI layout, plain or compressed. The answer is a stream of JSON"
                            + " lines that ends with the names of what was loaded, or with an error; nothing is kept of"
                            + " an archive that is broken.",
            parameters = {
                @Parameter(name = "quiet", in = ParameterIn.QUERY, description = "Only the names at the end"),
                @Parameter(
                        name = "platform",
                        in = ParameterIn.QUERY,
                        description = "Which of several platforms to load, as JSON; this machine's by default",
                        example = "{\"os\":\"linux\",\"architecture\":\"amd64\"}")
            },
            requestBody =
                    @RequestBody(
                            content =
                                    @Content(
                                            mediaType = "application/x-tar",
                                            schema = @Schema(type = "string", format = "binary"))))
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            schema = @Schema(implementation = ProgressLine.class),
                            examples = {
                                @ExampleObject(name = "loaded", value = "{\"stream\":\"Loaded image: app:1.0\\n\"}"),
                                @ExampleObject(
                                        name = "refused",
                                        value = "{\"errorDetail\":{\"message\":\"the archive ends in the middle of an"
                                                + " entry: it is truncated\"},\"error\":\"the archive ends in the"
                                                + " middle of an entry: it is truncated\"}")
                            }))
    void load(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // Asked of the query alone: asking for parameters could take the archive for a form and read it.
        String platform = query(request, "platform");
        boolean quiet = isTrue(query(request, "quiet"));
        InputStream archive = request.getInputStream();
        ProgressStream progress = new ProgressStream(response, json, quiet);
        progress.run(() -> images.load(archive, platform, progress));
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
        String name = query(request, "fromImage");
        if (name.isEmpty()) {
            throw EngineException.notImplemented(
                    "importing is not available in this version; load an archive with docker load");
        }
        registries.pull(name, query(request, "tag"), query(request, "platform"), request, response);
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
            @Parameter(
                            description = "The new tag, latest by default; the one to push, all by default",
                            example = "1.0")
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
                    boolean force) {
        return images.remove(path.substring(1), force).stream()
                .map(ImageDeleteItem::of)
                .toList();
    }

    private static String before(String path, String ending) {
        if (!path.endsWith(ending) || path.length() <= ending.length() + 1) {
            throw EngineException.notFound("page not found");
        }
        return path.substring(1, path.length() - ending.length());
    }

    private static String query(HttpServletRequest request, String name) {
        String value = UriComponentsBuilder.newInstance()
                .query(request.getQueryString())
                .build()
                .getQueryParams()
                .getFirst(name);
        return value == null ? "" : UriUtils.decode(value.replace('+', ' '), StandardCharsets.UTF_8);
    }

    private static boolean isTrue(String value) {
        return !value.isEmpty() && !value.equals("0") && !value.equalsIgnoreCase("false");
    }
}
