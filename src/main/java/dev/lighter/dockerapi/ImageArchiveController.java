package dev.lighter.dockerapi;

import dev.lighter.image.ImageArchives;
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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Archives of images, in and out, on Docker's paths. */
@RestController
@Tag(name = "Docker: images")
class ImageArchiveController {
    private static final String TAR = "application/x-tar";

    private final ImageService images;
    private final ImageArchives archives;
    private final JsonMapper json;

    ImageArchiveController(ImageService images, ImageArchives archives, JsonMapper json) {
        this.images = images;
        this.archives = archives;
        this.json = json;
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
        String platform = ImageQuery.of(request, "platform");
        boolean quiet = ImageQuery.isTrue(ImageQuery.of(request, "quiet"));
        InputStream archive = request.getInputStream();
        ProgressStream progress = new ProgressStream(response, json, quiet);
        progress.run(() -> images.load(archive, platform, progress));
    }

    @GetMapping("/images/get")
    @Operation(
            summary = "Save images as one archive",
            description = "An OCI layout and an archive as docker load takes it in one: manifests are the same bytes as"
                    + " wherever the images came from or went to, and each layer is there once. A repository's name"
                    + " alone stands for all its tags.")
    @ApiResponse(
            responseCode = "200",
            description = "The archive",
            content = @Content(mediaType = TAR, schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(responseCode = "404", description = "There is no such image, or not for the platform")
    void save(
            @Parameter(description = "Names or ids", example = "lighter/host:latest")
                    @RequestParam(required = false)
                    @Nullable
                    List<String> names,
            @Parameter(
                            description = "The platform that all of them must be for, as JSON",
                            example = "{\"os\":\"linux\",\"architecture\":\"amd64\"}")
                    @RequestParam(defaultValue = "")
                    String platform,
            HttpServletResponse response)
            throws IOException {
        send(archives, names == null ? List.of() : names, platform, response);
    }

    /** Everything that can be refused is refused before the first byte. */
    static void send(ImageArchives archives, List<String> names, String platform, HttpServletResponse response)
            throws IOException {
        try (ImageArchives.Archive archive = archives.open(names, platform)) {
            response.setContentType(TAR);
            archive.writeTo(response.getOutputStream());
        }
    }
}
