package dev.lighter.api;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ExecConnection;
import dev.lighter.container.ExecService;
import dev.lighter.container.ExecView;
import dev.lighter.error.EngineException;
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
import java.net.URI;
import java.nio.channels.Channels;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Programs executed in containers that run, such as the shell of a terminal. */
@RestController
@RequestMapping("/api/containers/{id}/execs")
@Tag(name = "Containers")
class ExecsResource {
    private final ContainerService containers;
    private final ExecService execs;

    ExecsResource(ContainerService containers, ExecService execs) {
        this.containers = containers;
        this.execs = execs;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make ready to execute a program in a container",
            description = "Nothing runs before its WebSocket is opened.")
    @ApiResponse(responseCode = "201", description = "The program, and the id by which to start it")
    ResponseEntity<ExecAnswer> create(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Valid @RequestBody NewExec wanted) {
        String containerId = containers.get(id).id();
        ExecView made = execs.get(execs.create(containerId, wanted.toRequest()));
        return ResponseEntity.created(URI.create("/api/containers/" + containerId + "/execs/" + made.id()))
                .body(ExecAnswer.of(made));
    }

    @GetMapping("/{execId}")
    @Operation(summary = "Show an executed program", description = "Its exit code is null while it runs.")
    ExecAnswer get(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @PathVariable String execId) {
        return ExecAnswer.of(find(id, execId));
    }

    private ExecView find(String id, String execId) {
        ExecView exec = execs.get(execId);
        if (!exec.containerId().equals(containers.get(id).id())) {
            throw EngineException.notFound("No such exec instance: " + execId);
        }
        return exec;
    }

    @PostMapping("/{execId}/resize")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Change the size of a program's terminal")
    @ApiResponse(responseCode = "204", description = "It has the size, and the program was told")
    void resize(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @PathVariable String execId,
            @Valid @RequestBody NewTerminalSize size) {
        execs.resize(find(id, execId).id(), size.rows(), size.columns());
    }

    @GetMapping("/{execId}/ws")
    @Operation(
            summary = "Execute a program over a WebSocket",
            description =
                    "Starts it. What the client sends, in text or binary messages, is its input; what it writes comes in"
                            + " binary messages. When it has ended the connection is closed with the reason \"exit code N\". When the"
                            + " client closes the connection, a terminal hangs up and other input ends.")
    @ApiResponse(responseCode = "101", description = "The connection is a WebSocket", content = @Content)
    void connect(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @PathVariable String execId,
            @Parameter(description = "Of the terminal", example = "24") @RequestParam(required = false) @Nullable
                    Integer rows,
            @Parameter(description = "Of the terminal", example = "80") @RequestParam(required = false) @Nullable
                    Integer columns,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ExecConnection connection = new ExecConnection(execs, find(id, execId).id());
        int[] size = size(rows, columns);
        WebSocket.of(request, response).open(connection::converse, output -> {
            Integer code = connection.run(
                    size, (stream, bytes) -> Channels.newChannel(output).write(bytes));
            return code == null ? "" : "exit code " + code;
        });
    }

    private static int @Nullable [] size(@Nullable Integer rows, @Nullable Integer columns) {
        if (rows == null || columns == null) {
            return null;
        }
        if (Math.min(rows, columns) < 1 || Math.max(rows, columns) > 65_535) {
            throw EngineException.invalid("rows and columns are from 1 to 65535: " + rows + ", " + columns);
        }
        return new int[] {rows, columns};
    }
}
