package dev.lighter.api;

import dev.lighter.container.Attachment;
import dev.lighter.container.ContainerService;
import dev.lighter.container.OutputService;
import dev.lighter.http.WebSocket;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import java.io.IOException;
import java.nio.channels.Channels;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The streams of a container itself, or its terminal. */
@RestController
@RequestMapping("/api/containers/{id}")
@Tag(name = "Containers")
class AttachResource {
    private final ContainerService containers;
    private final OutputService outputs;

    AttachResource(ContainerService containers, OutputService outputs) {
        this.containers = containers;
        this.outputs = outputs;
    }

    @GetMapping("/attach/ws")
    @Operation(
            summary = "Attach to a container over a WebSocket",
            description = "What the client sends, in text or binary messages, is input, where the container was created with an"
                    + " open one. Output comes in binary messages as it is written, both streams in one. The connection is"
                    + " closed when the container has ended.")
    @ApiResponse(responseCode = "101", description = "The connection is a WebSocket", content = @Content)
    void attach(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "What was written before, first") @RequestParam(defaultValue = "false")
                    boolean replay,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        String containerId = containers.get(id).id();
        WebSocket socket = WebSocket.of(request, response);
        Attachment attachment = Attachment.open(
                containers, outputs, containerId, new Attachment.Wish(replay, true, true, true, true, null));
        boolean opened = false;
        try {
            socket.open(attachment::converse, output -> {
                try (attachment) {
                    attachment.show((stream, bytes) -> Channels.newChannel(output).write(bytes));
                    return "the container has ended";
                }
            });
            opened = true;
        } finally {
            if (!opened) {
                attachment.close();
            }
        }
    }

    @PostMapping("/resize")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Change the size of a container's terminal")
    @ApiResponse(responseCode = "204", description = "It has the size, and the program was told")
    void resize(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Valid @RequestBody NewTerminalSize size) {
        containers.resize(id, size.rows(), size.columns());
    }
}
