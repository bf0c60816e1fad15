package dev.lighter.api;

import dev.lighter.build.ConfigChanges;
import dev.lighter.container.CommitRequest;
import dev.lighter.container.ContainerCommit;
import dev.lighter.image.ImageDetails;
import dev.lighter.image.ImageReference;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Images that are made of containers. */
@RestController
@Tag(name = "Containers")
class CommitResource {
    private final ContainerCommit commits;

    CommitResource(ContainerCommit commits) {
        this.commits = commits;
    }

    /** An image that is wanted of a container. */
    @Schema(name = "NewCommit")
    record NewCommit(
            @Schema(description = "What the image is called; nothing when it is left out", example = "shop/web:tested")
            @Nullable
            String name,

            @Schema(example = "with all updates") @Nullable String comment,
            @Schema(example = "Ada") @Nullable String author,

            @Schema(description = "Whether a container that runs is frozen meanwhile", defaultValue = "true") @Nullable
            Boolean pause,

            @Schema(
                    description = "Instructions that change the image's configuration",
                    example = "[\"ENV DEBUG=1\", \"CMD [\\\"server\\\"]\"]")
            @Nullable
            List<@NotNull(message = "must not hold null") String> changes) {}

    /** The image that was made. */
    @Schema(name = "CommittedImage")
    record Committed(String id, List<String> names, long sizeBytes) {}

    @PostMapping("/api/containers/{id}/commit")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make an image of a container",
            description = "With what it has written as one more layer; without what is in its volumes.")
    @ApiResponse(responseCode = "201", description = "The image")
    Committed commit(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Valid @RequestBody(required = false) @Nullable NewCommit wanted) {
        NewCommit asked = wanted == null ? new NewCommit(null, null, null, null, null) : wanted;
        String name = asked.name();
        List<String> changes = asked.changes() == null ? List.of() : asked.changes();
        ImageDetails made = commits.commit(
                id,
                new CommitRequest(
                        name == null || name.isBlank()
                                ? null
                                : ImageReference.parse(name).orLatest(),
                        orEmpty(asked.comment()),
                        orEmpty(asked.author()),
                        asked.pause() == null || asked.pause(),
                        config -> ConfigChanges.apply(config, changes)));
        return new Committed(made.id(), made.repoTags(), made.sizeBytes());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
