package dev.lighter.api;

import dev.lighter.build.BuildService;
import dev.lighter.build.BuildView;
import dev.lighter.build.CacheUse;
import dev.lighter.build.OpenBuild;
import dev.lighter.build.PrunedCache;
import dev.lighter.error.EngineException;
import dev.lighter.http.ClientPresence;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Builds, in Lighter's own words. */
@RestController
@RequestMapping("/api/builds")
@Tag(name = "Builds", description = "Images from Dockerfiles, with secrets, and what builds keep for later ones")
class BuildsResource {
    private static final int LONGEST_BODY = 4 << 20;

    private final BuildService builds;
    private final JsonMapper json;

    BuildsResource(BuildService builds, JsonMapper json) {
        this.builds = builds;
        this.json = json;
    }

    /** A build that goes on. */
    @Schema(name = "Build")
    record BuildAnswer(
            String id,
            Instant startedAt,
            @Schema(example = "[\"app:1.0\"]") List<String> tags) {
        static BuildAnswer of(BuildView build) {
            return new BuildAnswer(build.id(), build.started(), build.names());
        }
    }

    /** Something that later builds may use again. */
    @Schema(name = "BuildCacheEntry")
    record CacheAnswer(
            String id,

            @Schema(
                    description = "regular for a step, exec.cachemount for a directory that steps share",
                    example = "regular")
            String type,

            String description,

            @Schema(description = "The image of a step") @Nullable
            String image,

            long sizeBytes,
            boolean inUse,
            Instant createdAt,
            Instant lastUsedAt,
            int usages) {
        static CacheAnswer of(CacheUse use) {
            return new CacheAnswer(
                    use.record().id(),
                    use.record().kind(),
                    use.record().description(),
                    use.record().imageId(),
                    use.sizeBytes(),
                    use.inUse(),
                    use.record().created(),
                    use.record().lastUsed(),
                    use.record().usages());
        }
    }

    /** What was removed of the cache. */
    @Schema(name = "PrunedBuildCache")
    record PrunedAnswer(List<String> removed, long bytes) {}

    /** A form with an archive, for the document. */
    @Schema(name = "BuildUpload")
    record Upload(
            @Schema(description = "What is to be built, as JSON; before the archive")
            NewBuild options,

            @Schema(type = "string", format = "binary", description = "The files, as a tar archive, compressed or not")
            String context) {}

    @GetMapping
    @Operation(summary = "List the builds that go on", description = "Oldest first.")
    List<BuildAnswer> list() {
        return builds.list().stream().map(BuildAnswer::of).toList();
    }

    @PostMapping(produces = {BuildProgress.LINES, MediaType.APPLICATION_JSON_VALUE})
    @Operation(
            summary = "Build an image",
            description =
                    "The body is what is to be built, with the Dockerfile as a text or fetched from elsewhere; or a"
                            + " form with the field options, which holds the same, and after it the file context, an archive. The"
                            + " answer is a stream of JSON lines, the first of which names the build and the last the image or the"
                            + " error. It ends early when the client goes away.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = NewBuild.class)),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(implementation = Upload.class))
                            }))
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = BuildProgress.LINES,
                            schema = @Schema(implementation = BuildProgress.Line.class)))
    void build(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String type = String.valueOf(request.getContentType());
        InputStream body = request.getInputStream();
        NewBuild asked;
        InputStream context = null;
        if (type.toLowerCase(Locale.ROOT).startsWith(MediaType.MULTIPART_FORM_DATA_VALUE)) {
            Map<String, String> fields = new HashMap<>();
            context = FormFile.open(body, type, fields);
            asked = read(fields.getOrDefault("options", "{}"), request);
        } else {
            byte[] text = body.readNBytes(LONGEST_BODY + 1);
            if (text.length > LONGEST_BODY) {
                throw EngineException.invalid(
                        "the body is longer than " + LONGEST_BODY + " bytes: send files in a form");
            }
            asked = read(new String(text, StandardCharsets.UTF_8), request);
            if (asked.text() == null && asked.remote() == null) {
                throw EngineException.invalid("text: send a Dockerfile, or name a remote, or send files in a form");
            }
        }
        try (OpenBuild build = builds.open(asked.toRequest(), context)) {
            new BuildProgress(response, json).run(build, ClientPresence.of(request));
        }
    }

    private NewBuild read(String text, HttpServletRequest request) {
        try {
            return json.readValue(text, NewBuild.class);
        } catch (JacksonException e) {
            throw new HttpMessageNotReadableException(
                    "what is to be built cannot be read", e, new ServletServerHttpRequest(request));
        }
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "End a build", description = "Its stream then ends with an error that says so.")
    void cancel(@PathVariable String id) {
        builds.cancel(id);
    }

    @GetMapping("/cache")
    @Operation(summary = "List what later builds may use again", description = "Least lately used first.")
    List<CacheAnswer> cache() {
        return builds.cache().stream().map(CacheAnswer::of).toList();
    }

    @DeleteMapping("/cache")
    @Operation(summary = "Remove what nobody needs of the cache", description = "Least lately used first.")
    PrunedAnswer prune(
            @Parameter(description = "Also what images with names were made of; these stay")
                    @RequestParam(defaultValue = "false")
                    boolean all,
            @Parameter(description = "How many bytes of it may stay") @RequestParam(defaultValue = "0")
                    long keepBytes) {
        PrunedCache pruned = builds.prune(all, keepBytes, use -> true);
        return new PrunedAnswer(pruned.ids(), pruned.bytes());
    }
}
