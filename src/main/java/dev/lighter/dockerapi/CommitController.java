package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.build.ConfigChanges;
import dev.lighter.container.CommitRequest;
import dev.lighter.container.ContainerCommit;
import dev.lighter.container.ContainerConfig;
import dev.lighter.error.EngineException;
import dev.lighter.image.ImageConfig;
import dev.lighter.image.ImageReference;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Makes images of containers on Docker's path. */
@RestController
@Tag(name = "Docker: images")
class CommitController {
    private final ContainerCommit commits;

    CommitController(ContainerCommit commits) {
        this.commits = commits;
    }

    /** The image that was made. */
    record CommitAnswer(@JsonProperty("Id") String id) {}

    @PostMapping("/commit")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make an image of a container",
            description = "With what it has written as one more layer. A container that does not run gives that away by"
                    + " a rename, and goes on on top of it; one that runs is frozen while it is copied.")
    @ApiResponse(responseCode = "201", description = "The image")
    CommitAnswer commit(
            @Parameter(description = "Id, its beginning, or name") @RequestParam(defaultValue = "") String container,
            @Parameter(description = "What the image is called", example = "test/base") @RequestParam(defaultValue = "")
                    String repo,
            @Parameter(description = "Its tag; latest when left out", example = "1.0") @RequestParam(defaultValue = "")
                    String tag,
            @Parameter(description = "What to say of it") @RequestParam(defaultValue = "") String comment,
            @Parameter(description = "Who made it") @RequestParam(defaultValue = "") String author,
            @Parameter(description = "Whether a container that runs is frozen meanwhile")
                    @RequestParam(defaultValue = "true")
                    boolean pause,
            @Parameter(
                            description = "Instructions that change the image's configuration, each a parameter",
                            example = "ENV DEBUG=1")
                    @RequestParam(name = "changes", required = false)
                    @Nullable
                    String described,
            @RequestBody(required = false) @Nullable CommitBody body,
            HttpServletRequest request) {
        if (container.isEmpty()) {
            throw EngineException.invalid("container is missing: name the container that the image is made of");
        }
        // Not as a list, which Spring would divide at commas.
        List<String> changes = lines(request.getParameterValues("changes"));
        ImageConfig own = body == null ? null : body.config();
        return new CommitAnswer(commits.commit(
                        container,
                        new CommitRequest(
                                name(repo, tag),
                                comment,
                                author,
                                pause,
                                config -> ConfigChanges.apply(
                                        own == null ? config : ContainerConfig.over(own, config), changes)))
                .id());
    }

    /** Each change may be several lines of a Dockerfile; a line that ends with a backslash goes on. */
    private static List<String> lines(String @Nullable [] changes) {
        return changes == null
                ? List.of()
                : Stream.of(changes)
                        .flatMap(change -> Stream.of(change.split("(?<!\\\\)\n")))
                        .filter(change -> !change.isBlank())
                        .toList();
    }

    private static @Nullable ImageReference name(String repository, String tag) {
        if (repository.isEmpty()) {
            if (!tag.isEmpty()) {
                throw EngineException.invalid("tag: " + tag + " has no repository: name one in repo");
            }
            return null;
        }
        ImageReference name = ImageReference.parse(repository);
        if (name.digest() != null) {
            throw EngineException.invalid("refusing to create a tag with a digest reference");
        }
        return (tag.isEmpty() ? name : name.withTag(tag)).orLatest();
    }
}
