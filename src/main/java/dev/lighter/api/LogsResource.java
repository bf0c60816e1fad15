package dev.lighter.api;

import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.container.OutputService;
import dev.lighter.container.log.FollowedLog;
import dev.lighter.container.log.LogQuery;
import dev.lighter.error.EngineException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What containers have written, and what they write. */
@RestController
@RequestMapping("/api/containers/{id}/logs")
@Tag(name = "Containers")
class LogsResource {
    private static final Logger LOG = LoggerFactory.getLogger(LogsResource.class);
    private static final int OUTPUT_PIECE = 64 * 1024;
    private static final long HEARTBEAT_NANOS = 9_000_000_000L;

    private final ContainerService containers;
    private final OutputService outputs;
    private final EventStreams streams;

    LogsResource(ContainerService containers, OutputService outputs, EventStreams streams) {
        this.containers = containers;
        this.outputs = outputs;
        this.streams = streams;
    }

    @GetMapping(produces = MediaType.TEXT_PLAIN_VALUE)
    @Operation(
            summary = "Read a log",
            description = "As plain text, standard output and errors in the order they came.")
    @ApiResponse(
            responseCode = "200",
            description = "The log",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_PLAIN_VALUE,
                            schema = @Schema(type = "string"),
                            examples = @ExampleObject("hello\n")))
    void read(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "With standard output") @RequestParam(defaultValue = "true") boolean stdout,
            @Parameter(description = "With standard error") @RequestParam(defaultValue = "true") boolean stderr,
            @Parameter(description = "Nothing older", example = "2026-01-31T12:00:00Z")
                    @RequestParam(required = false)
                    @Nullable
                    Instant since,
            @Parameter(description = "Nothing newer", example = "2026-01-31T13:00:00Z")
                    @RequestParam(required = false)
                    @Nullable
                    Instant until,
            @Parameter(description = "The last so many lines; -1 for all") @RequestParam(defaultValue = "-1") long tail,
            @Parameter(description = "With the time before each line") @RequestParam(defaultValue = "false")
                    boolean timestamps,
            HttpServletResponse response)
            throws IOException {
        LogQuery query = query(stdout, stderr, since, until, tail, timestamps);
        try (FollowedLog log = open(containers.get(id))) {
            response.setContentType("text/plain;charset=UTF-8");
            BufferedOutputStream output = new BufferedOutputStream(response.getOutputStream(), OUTPUT_PIECE);
            log.read(
                    query,
                    (stream, bytes) ->
                            output.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining()));
            output.flush();
        }
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow a log",
            description =
                    "Server-sent events named log, each with a line or a part of one; then, when the container has"
                            + " ended, one named end.")
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = LogMessages.Message.class),
                            examples = @ExampleObject("""
                            event:log
                            data:{"stream":"stdout","text":"hello\\n","time":"2026-01-31T12:00:00.123456789Z"}

                            event:end
                            data:{}
                            """)))
    SseEmitter follow(
            @Parameter(description = "Id, its beginning, or name") @PathVariable String id,
            @Parameter(description = "With standard output") @RequestParam(defaultValue = "true") boolean stdout,
            @Parameter(description = "With standard error") @RequestParam(defaultValue = "true") boolean stderr,
            @Parameter(description = "Nothing older", example = "2026-01-31T12:00:00Z")
                    @RequestParam(required = false)
                    @Nullable
                    Instant since,
            @Parameter(description = "The last so many lines first; -1 for all") @RequestParam(defaultValue = "-1")
                    long tail) {
        LogQuery query = query(stdout, stderr, since, null, tail, true);
        ContainerView container = containers.get(id);
        return streams.open(emitter -> {
            try (FollowedLog log = open(container)) {
                send(log, query, container, emitter);
            }
        });
    }

    private void send(FollowedLog log, LogQuery query, ContainerView container, SseEmitter emitter) throws IOException {
        LogMessages messages = new LogMessages(
                message -> emitter.send(SseEmitter.event().name("log").data(message, MediaType.APPLICATION_JSON)));
        emitter.send(SseEmitter.event().comment("hello"));
        if (isRunning(container)) {
            log.follow(query, messages, new Heartbeat(emitter));
        } else {
            log.read(query, messages);
        }
        emitter.send(SseEmitter.event().name("end").data("{}"));
    }

    private boolean isRunning(ContainerView container) {
        try {
            return containers.get(container.id()).state().isRunning();
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }

    /** Finds out now and then whether the client is still there, also while the log is silent. */
    private static final class Heartbeat implements BooleanSupplier {
        private final SseEmitter emitter;
        private long latest = System.nanoTime();

        Heartbeat(SseEmitter emitter) {
            this.emitter = emitter;
        }

        @Override
        public boolean getAsBoolean() {
            if (System.nanoTime() - latest < HEARTBEAT_NANOS) {
                return true;
            }
            latest = System.nanoTime();
            try {
                emitter.send(SseEmitter.event().comment("still here"));
                return true;
            } catch (IOException e) {
                LOG.debug("A reader of a log went away", e);
                return false;
            }
        }
    }

    private FollowedLog open(ContainerView container) throws IOException {
        return outputs.log(container);
    }

    private static LogQuery query(
            boolean stdout,
            boolean stderr,
            @Nullable Instant since,
            @Nullable Instant until,
            long tail,
            boolean timestamps) {
        if (!stdout && !stderr) {
            throw EngineException.invalid("choose at least one of stdout and stderr");
        }
        return new LogQuery(stdout, stderr, since, until, tail, timestamps);
    }
}
