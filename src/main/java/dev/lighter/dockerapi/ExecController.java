package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ExecConnection;
import dev.lighter.container.ExecService;
import dev.lighter.http.Hijack;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Programs executed in containers that run, on Docker's paths. */
@RestController
@Tag(name = "Docker: exec", description = "Programs executed in containers that run")
class ExecController {
    private final ExecService execs;

    ExecController(ExecService execs) {
        this.execs = execs;
    }

    /** The answer to a creation. */
    record Created(@JsonProperty("Id") String id) {}

    @PostMapping("/containers/{id}/exec")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make ready to execute a program in a container",
            description = "Nothing runs before its start.")
    @ApiResponse(responseCode = "201", description = "The id by which to start it")
    @ApiResponse(responseCode = "409", description = "The container does not run")
    Created create(@PathVariable String id, @RequestBody ExecCreateBody body) {
        return new Created(execs.create(id, body.toRequest()));
    }

    @PostMapping("/exec/{id}/start")
    @Operation(
            summary = "Execute a program that was made ready",
            description = "Detached it answers at once. Otherwise the connection is taken over as for attach: framed"
                    + " without a terminal, raw bytes with one. A program that cannot be executed is told in the stream, and"
                    + " its exit code is 126 or 127.")
    @ApiResponse(
            responseCode = "101",
            description = "The connection is the program's",
            content = @Content(mediaType = MultiplexedStream.RAW_CONTENT_TYPE))
    @ApiResponse(
            responseCode = "200",
            description = "The output, without an upgrade; nothing when detached",
            content = @Content(mediaType = MultiplexedStream.RAW_CONTENT_TYPE))
    void start(
            @PathVariable String id,
            @RequestBody(required = false) ExecStartBody body,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ExecStartBody options = body == null ? new ExecStartBody() : body;
        options.refuseOther("");
        if (options.detach) {
            execs.start(id, false).close();
            return;
        }
        ExecConnection connection = new ExecConnection(execs, id);
        boolean terminal = connection.request().terminal();
        int @Nullable [] size = options.consoleSize;
        Hijack.open(request, response, StreamFormat.contentType(terminal, request), (input, output) -> {
            if (connection.request().stdin()) {
                Thread thread = new Thread(() -> connection.type(input, true), "lighter-exec-" + id.substring(0, 12));
                thread.setDaemon(true);
                thread.start();
            }
            var ignored = connection.run(size, StreamFormat.sink(terminal, output));
        });
    }

    @GetMapping("/exec/{id}/json")
    @Operation(summary = "Inspect an executed program", description = "Its exit code is null while it runs.")
    ExecInspect inspect(@PathVariable String id) {
        return ExecInspect.of(execs.get(id));
    }

    @PostMapping("/exec/{id}/resize")
    @Operation(summary = "Change the size of a program's terminal")
    void resize(
            @PathVariable String id,
            @Parameter(description = "Rows") @RequestParam int h,
            @Parameter(description = "Columns") @RequestParam int w) {
        TerminalSize size = new TerminalSize(h, w);
        execs.resize(id, size.rows(), size.columns());
    }
}
