package dev.lighter.dockerapi;

import dev.lighter.container.ContainerChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What happens to containers between their start and their end, on Docker's paths. */
@RestController
@Tag(name = "Docker: containers", description = "Create, look at, start, stop, wait for and remove containers")
class ContainerChangeController {
    private final ContainerChanges changes;

    ContainerChangeController(ContainerChanges changes) {
        this.changes = changes;
    }

    @PostMapping("/containers/{id}/pause")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Pause a container", description = "All its processes are frozen, and keep what they have.")
    @ApiResponse(responseCode = "204", description = "It is paused")
    @ApiResponse(responseCode = "409", description = "It does not run, or is paused already")
    void pause(@PathVariable String id) {
        changes.pause(id);
    }

    @PostMapping("/containers/{id}/unpause")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Let a paused container go on")
    @ApiResponse(responseCode = "204", description = "It goes on")
    @ApiResponse(responseCode = "409", description = "It is not paused")
    void unpause(@PathVariable String id) {
        changes.unpause(id);
    }

    @PostMapping("/containers/{id}/restart")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Restart a container", description = "Stops it, if it runs, as stop does, and starts it.")
    @ApiResponse(responseCode = "204", description = "It runs")
    void restart(
            @PathVariable String id,
            @Parameter(description = "Instead of its own stop signal", example = "SIGINT")
                    @RequestParam(required = false)
                    @Nullable
                    String signal,
            @Parameter(description = "Seconds to wait before it is killed; -1 for ever", example = "10")
                    @RequestParam(required = false)
                    @Nullable
                    Integer t) {
        changes.restart(id, signal, t);
    }

    @PostMapping("/containers/{id}/rename")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Give a container another name",
            description = "Others on its networks find it by that at once.")
    @ApiResponse(responseCode = "204", description = "Renamed")
    @ApiResponse(responseCode = "409", description = "The name is another's")
    void rename(@PathVariable String id, @RequestParam String name) {
        changes.rename(id, name);
    }
}
