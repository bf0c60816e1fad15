package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ContainerService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** What containers have changed in their files, on Docker's path. */
@RestController
@Tag(name = "Docker: containers", description = "Create, look at, start, stop, wait for and remove containers")
class ChangedFilesController {
    private final ContainerService containers;
    private final JsonMapper json;

    ChangedFilesController(ContainerService containers, JsonMapper json) {
        this.containers = containers;
        this.json = json;
    }

    /** One change. */
    record ChangeBody(
            @JsonProperty("Path") @Schema(example = "/etc/passwd")
            String path,

            @JsonProperty("Kind") @Schema(description = "0 modified, 1 added, 2 deleted")
            int kind) {}

    /** The list is sent while it is made: it may be long. */
    @GetMapping("/containers/{id}/changes")
    @Operation(
            summary = "List changed files",
            description = "What a container has added, changed and deleted in its image's files.")
    @ApiResponse(
            responseCode = "200",
            description = "The changes, directories before what is in them",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            array = @ArraySchema(schema = @Schema(implementation = ChangeBody.class))))
    void changes(@PathVariable String id, HttpServletResponse response) throws IOException {
        String found = containers.get(id).id();
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        OutputStream output = response.getOutputStream();
        AtomicLong count = new AtomicLong();
        containers.changes(found, change -> {
            output.write(count.getAndIncrement() == 0 ? '[' : ',');
            output.write(json.writeValueAsBytes(
                    new ChangeBody(change.path(), change.kind().ordinal())));
            return true;
        });
        if (count.get() == 0) {
            output.write('[');
        }
        output.write(']');
    }
}
