package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.container.ExecRequest;
import dev.lighter.container.ExecService;
import dev.lighter.container.log.LogSink;
import dev.lighter.error.EngineException;
import dev.lighter.http.Hijack;
import dev.lighter.launch.RunningExec;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Logger LOG = LoggerFactory.getLogger(ExecController.class);

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
        execs.requireStartable(id);
        if (options.detach) {
            execs.start(id, false).close();
            return;
        }
        ExecRequest asked = execs.get(id).request();
        String contentType = StreamFormat.contentType(asked.terminal(), request);
        int @Nullable [] size = options.consoleSize;
        Hijack.open(request, response, contentType, (input, output) -> session(id, asked, size, input, output));
    }

    private void session(String id, ExecRequest asked, int @Nullable [] size, InputStream input, OutputStream output)
            throws IOException {
        LogSink sink = StreamFormat.sink(asked.terminal(), output);
        RunningExec running;
        try {
            running = execs.start(id, true);
        } catch (EngineException e) {
            sink.accept(1, ByteBuffer.wrap((e.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8)));
            return;
        }
        if (size != null && size.length == 2 && asked.terminal()) {
            running.resize(size[0], size[1]);
        }
        if (asked.stdin()) {
            InputStream typed = asked.terminal() ? new DetachKeys(input, asked.detachKeys()) : input;
            Thread thread = new Thread(() -> pump(id, typed, running), "lighter-exec-" + id.substring(0, 12));
            thread.setDaemon(true);
            thread.start();
        }
        running.pump((stream, bytes) -> {
            if (stream == 1 ? asked.stdout() : asked.stderr()) {
                sink.accept(stream, bytes);
            }
        });
        if (running.isDetached()) {
            return;
        }
        // Whoever asks for the exit code when the stream is over is told it.
        running.exit().join();
    }

    private static void pump(String id, InputStream input, RunningExec running) {
        try {
            StreamFormat.bring(input, running::write);
            if (input instanceof DetachKeys keys && keys.isDetached()) {
                running.detach();
            } else {
                running.closeInput();
            }
        } catch (IOException | IllegalStateException e) {
            LOG.debug("Input to exec {} ends", id, e);
        }
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
