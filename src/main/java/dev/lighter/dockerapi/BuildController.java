package dev.lighter.dockerapi;

import dev.lighter.build.BuildRequest;
import dev.lighter.build.BuildService;
import dev.lighter.build.CacheUse;
import dev.lighter.build.OpenBuild;
import dev.lighter.build.PrunedCache;
import dev.lighter.error.EngineException;
import dev.lighter.http.ClientPresence;
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
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Builds, on Docker's paths, as the classic builder of its clients speaks. */
@RestController
@Tag(
        name = "Docker: builds",
        description = "Images from Dockerfiles, as docker build with DOCKER_BUILDKIT=0 asks for them")
class BuildController {
    static final String NO_BUILDKIT =
            "this engine builds Dockerfiles itself and speaks the classic builder's protocol, not"
                    + " BuildKit's: run docker build with DOCKER_BUILDKIT=0; what BuildKit's Dockerfiles can, such as RUN --mount,"
                    + " COPY --chmod and heredocs, works there, too";
    private static final Set<String> FILTERS =
            Set.of("until", "unused-for", "id", "parent", "type", "description", "inuse", "shared", "private");

    private final BuildService builds;
    private final JsonMapper json;

    BuildController(BuildService builds, JsonMapper json) {
        this.builds = builds;
        this.json = json;
    }

    @PostMapping(path = "/build", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Build an image",
            description =
                    "From an archive with a Dockerfile, plain or compressed, or from a git repository or a URL that"
                            + " remote names. The answer is a stream of JSON lines that ends with the image's id, or with an error;"
                            + " it ends early when the client goes away.",
            parameters = {
                @Parameter(name = "t", in = ParameterIn.QUERY, description = "A name; may be there several times"),
                @Parameter(
                        name = "dockerfile",
                        in = ParameterIn.QUERY,
                        description = "Its path, Dockerfile by default"),
                @Parameter(name = "remote", in = ParameterIn.QUERY, description = "Where the context is fetched from"),
                @Parameter(
                        name = "target",
                        in = ParameterIn.QUERY,
                        description = "The stage to build, the last by default"),
                @Parameter(name = "buildargs", in = ParameterIn.QUERY, example = "{\"VERSION\":\"1.0\"}"),
                @Parameter(name = "labels", in = ParameterIn.QUERY, example = "{\"team\":\"web\"}"),
                @Parameter(name = "nocache", in = ParameterIn.QUERY, description = "Whether every step is done again"),
                @Parameter(name = "pull", in = ParameterIn.QUERY, description = "Whether base images are fetched anew"),
                @Parameter(name = "q", in = ParameterIn.QUERY, description = "Only the image's id"),
                @Parameter(name = "networkmode", in = ParameterIn.QUERY, description = "default, none, host or a name")
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
                            schema = @Schema(implementation = BuildLine.class),
                            examples = {
                                @ExampleObject(
                                        name = "step",
                                        value = "{\"stream\":\"Step 1/2 : FROM lighter/host\\n\"}"),
                                @ExampleObject(
                                        name = "failed",
                                        value = "{\"errorDetail\":{\"code\":1,\"message\":\"The command '/bin/sh -c"
                                                + " false' returned a non-zero code: 1\"},\"error\":\"The command"
                                                + " '/bin/sh -c false' returned a non-zero code: 1\"}")
                            }))
    @ApiResponse(responseCode = "400", description = "The request or the Dockerfile is wrong; its line is named")
    void build(HttpServletRequest request, HttpServletResponse response) throws IOException {
        BuildQuery query = new BuildQuery(request, json);
        BuildRequest asked = query.read();
        InputStream context = asked.remote().isEmpty() ? request.getInputStream() : null;
        try (OpenBuild build = builds.open(asked, context)) {
            new BuildStream(response, json, query.isQuiet()).run(build, ClientPresence.of(request));
        }
    }

    @PostMapping("/build/cancel")
    @Operation(summary = "End a build", description = "By the buildid that it was begun with.")
    @ApiResponse(responseCode = "204", description = "It ends soon")
    void cancel(
            HttpServletResponse response,
            @Parameter(description = "The buildid") @RequestParam(defaultValue = "") String id) {
        if (id.isEmpty()) {
            throw EngineException.invalid("build ID not provided");
        }
        builds.cancel(id);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    @PostMapping("/build/prune")
    @Operation(
            summary = "Remove what nobody needs of the build cache",
            description = "Least lately used first. With all also what images with names were made of: the images stay,"
                    + " and their steps are done again.")
    BuildPruneAnswer prune(
            @RequestParam(defaultValue = "false") String all,
            @Parameter(description = "How many bytes may stay") @RequestParam(name = "keep-storage", defaultValue = "0")
                    long keepStorage,
            @Parameter(description = "The same") @RequestParam(name = "reserved-space", defaultValue = "0")
                    long reservedSpace,
            @Parameter(description = "The same") @RequestParam(name = "max-used-space", defaultValue = "0")
                    long mostUsedSpace,
            @Parameter(description = "Not available") @RequestParam(name = "min-free-space", defaultValue = "0")
                    long leastFreeSpace,
            @RequestParam(required = false) @Nullable String filters) {
        if (leastFreeSpace != 0) {
            throw EngineException.invalid("min-free-space is not available in this engine: use reserved-space");
        }
        long keep = Math.max(Math.max(keepStorage, reservedSpace), mostUsedSpace);
        PrunedCache pruned = builds.prune(ImageQuery.isTrue(all), keep, filter(filters));
        return new BuildPruneAnswer(pruned.ids(), pruned.bytes());
    }

    private static Predicate<CacheUse> filter(@Nullable String parameter) {
        Filters filters = Filters.parse(parameter, FILTERS);
        List<String> until = filters.has("until") ? filters.get("until") : filters.get("unused-for");
        Instant before = until.isEmpty() ? null : Timestamps.parseOrAgo("until", until.get(0), Instant.now());
        Boolean inUse = filters.getBoolean("inuse");
        return use -> (before == null || use.record().lastUsed().isBefore(before))
                && (inUse == null || inUse == use.inUse())
                && (filters.get("id").isEmpty()
                        || filters.get("id").stream()
                                .anyMatch(id -> use.record().id().startsWith(id)))
                && filters.accepts("type", use.record().kind())
                && filters.accepts("parent", String.valueOf(use.record().parentId()))
                && filters.accepts("description", use.record().description())
                && filters.accepts("shared", String.valueOf(BuildService.isShared(use)))
                && filters.accepts("private", String.valueOf(!BuildService.isShared(use)));
    }

    @PostMapping({"/session", "/grpc"})
    @Operation(summary = "Where BuildKit would be", description = "Says in words that it is not here, and what to do.")
    @ApiResponse(responseCode = "501", description = "Always")
    void buildKit() {
        throw EngineException.notImplemented(NO_BUILDKIT);
    }
}
