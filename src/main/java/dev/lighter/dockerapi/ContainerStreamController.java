package dev.lighter.dockerapi;

import dev.lighter.container.Attachment;
import dev.lighter.container.ContainerService;
import dev.lighter.container.ContainerView;
import dev.lighter.container.OutputService;
import dev.lighter.container.log.FollowedLog;
import dev.lighter.container.log.LogQuery;
import dev.lighter.error.EngineException;
import dev.lighter.http.ClientPresence;
import dev.lighter.http.FlushingStream;
import dev.lighter.http.Hijack;
import dev.lighter.http.WebSocket;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What goes into containers and what comes out of them, on Docker's paths. */
@RestController
@Tag(name = "Docker: streams", description = "Logs of containers, and connections to their standard streams")
class ContainerStreamController {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStreamController.class);
    private static final int OUTPUT_PIECE = 128 * 1024;

    private final ContainerService containers;
    private final OutputService outputs;

    ContainerStreamController(ContainerService containers, OutputService outputs) {
        this.containers = containers;
        this.outputs = outputs;
    }

    @GetMapping("/containers/{id}/logs")
    @Operation(
            summary = "Read a container's log",
            description = "Frames of eight bytes of header (stream 1 or 2, three zeros, length) and the bytes.")
    @ApiResponse(
            responseCode = "200",
            description = "The log",
            content = @Content(mediaType = MultiplexedStream.CONTENT_TYPE))
    void logs(
            @PathVariable String id,
            @Parameter(description = "Go on while it runs") @RequestParam(defaultValue = "false") boolean follow,
            @RequestParam(defaultValue = "false") boolean stdout,
            @RequestParam(defaultValue = "false") boolean stderr,
            @Parameter(description = "Seconds since 1970, or RFC 3339") @RequestParam(required = false) @Nullable
                    String since,
            @Parameter(description = "Seconds since 1970, or RFC 3339") @RequestParam(required = false) @Nullable
                    String until,
            @Parameter(description = "The time before each line") @RequestParam(defaultValue = "false")
                    boolean timestamps,
            @Parameter(description = "What the log's options say of labels, variables and tag, before each line")
                    @RequestParam(defaultValue = "false")
                    boolean details,
            @Parameter(description = "The last so many lines, or all") @RequestParam(defaultValue = "all") String tail,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ContainerView container = containers.get(id);
        if (!stdout && !stderr) {
            throw EngineException.invalid("Bad parameters: you must choose at least one stream");
        }
        LogQuery query = new LogQuery(
                stdout,
                stderr,
                Timestamps.parse("since", since),
                Timestamps.parse("until", until),
                lines(tail),
                timestamps,
                details ? outputs.attributes(container) : null);
        try (FollowedLog log = outputs.log(container)) {
            boolean terminal = container.spec().streams().terminal();
            response.setContentType(StreamFormat.contentType(terminal, request));
            OutputStream output = response.getOutputStream();
            if (follow && containers.get(container.id()).state().isRunning()) {
                response.flushBuffer();
                log.follow(query, StreamFormat.sink(terminal, new FlushingStream(output)), ClientPresence.of(request));
            } else {
                BufferedOutputStream buffered = new BufferedOutputStream(output, OUTPUT_PIECE);
                log.read(query, StreamFormat.sink(terminal, buffered));
                buffered.flush();
            }
        }
    }

    @PostMapping("/containers/{id}/resize")
    @Operation(summary = "Change the size of a container's terminal")
    void resize(
            @PathVariable String id,
            @Parameter(description = "Rows") @RequestParam int h,
            @Parameter(description = "Columns") @RequestParam int w) {
        TerminalSize size = new TerminalSize(h, w);
        containers.resize(id, size.rows(), size.columns());
    }

    /** A count of lines; everything that is not one means all, as in Docker. */
    private static long lines(String tail) {
        try {
            return Long.parseLong(tail);
        } catch (NumberFormatException e) {
            LOG.trace("All lines", e);
            return -1;
        }
    }

    @PostMapping("/containers/{id}/attach")
    @Operation(
            summary = "Attach to a container",
            description = "Takes the connection over. With an Upgrade header the answer is 101 and both directions are"
                    + " streams; without it the answer is a stream of output. Output is framed as in the log.")
    @ApiResponse(
            responseCode = "101",
            description = "The connection is the container's",
            content = @Content(mediaType = MultiplexedStream.CONTENT_TYPE))
    @ApiResponse(
            responseCode = "200",
            description = "The output, without an upgrade",
            content = @Content(mediaType = MultiplexedStream.CONTENT_TYPE))
    void attach(
            @PathVariable String id,
            @Parameter(description = "What was written before, first")
                    @RequestParam(name = "logs", defaultValue = "false")
                    boolean replay,
            @Parameter(description = "What is written from now on") @RequestParam(defaultValue = "false")
                    boolean stream,
            @Parameter(description = "Send input") @RequestParam(defaultValue = "false") boolean stdin,
            @RequestParam(defaultValue = "false") boolean stdout,
            @RequestParam(defaultValue = "false") boolean stderr,
            @Parameter(description = "The keys that detach from a terminal, such as ctrl-p,ctrl-q")
                    @RequestParam(required = false)
                    @Nullable
                    String detachKeys,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Attachment.Wish wish =
                new Attachment.Wish(replay, stream, stdin, stdout, stderr, detachKeys == null ? "" : detachKeys);
        Attachment attachment = Attachment.open(containers, outputs, id, wish);
        boolean opened = false;
        try {
            String contentType = StreamFormat.contentType(attachment.isTerminal(), request);
            Hijack.open(request, response, contentType, new Connection(attachment));
            opened = true;
        } finally {
            if (!opened) {
                attachment.close();
            }
        }
    }

    /** A client's connection to a container. */
    private record Connection(Attachment attachment) implements Hijack.Session {
        @Override
        public void run(InputStream input, OutputStream output) throws IOException {
            run(input, output, () -> true);
        }

        @Override
        public void run(InputStream input, OutputStream output, BooleanSupplier client) throws IOException {
            try (attachment) {
                if (attachment.takesInput()) {
                    Thread thread = new Thread(() -> attachment.type(input), "lighter-stdin");
                    thread.setDaemon(true);
                    thread.start();
                }
                attachment.show(StreamFormat.sink(attachment.isTerminal(), output), client);
            }
        }
    }

    @GetMapping("/containers/{id}/attach/ws")
    @Operation(
            summary = "Attach to a container over a WebSocket",
            description =
                    "What the client sends, in text or binary messages, is input. Output comes in binary messages as it is"
                            + " written, the two streams in one, and is never framed otherwise.")
    @ApiResponse(responseCode = "101", description = "The connection is a WebSocket", content = @Content)
    void attachWebSocket(
            @PathVariable String id,
            @Parameter(description = "What was written before, first")
                    @RequestParam(name = "logs", defaultValue = "false")
                    boolean replay,
            @Parameter(description = "What is written from now on") @RequestParam(defaultValue = "false")
                    boolean stream,
            @Parameter(description = "Send input") @RequestParam(defaultValue = "false") boolean stdin,
            @RequestParam(defaultValue = "false") boolean stdout,
            @RequestParam(defaultValue = "false") boolean stderr,
            @Parameter(description = "The keys that detach from a terminal, such as ctrl-p,ctrl-q")
                    @RequestParam(required = false)
                    @Nullable
                    String detachKeys,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Attachment.Wish wish =
                new Attachment.Wish(replay, stream, stdin, stdout, stderr, detachKeys == null ? "" : detachKeys);
        ContainerView container = containers.get(id);
        WebSocket socket = WebSocket.of(request, response);
        Attachment attachment = Attachment.open(containers, outputs, container.id(), wish);
        boolean opened = false;
        try {
            socket.open(attachment::converse, output -> {
                try (attachment) {
                    attachment.show(new RawStream(output));
                    return "";
                }
            });
            opened = true;
        } finally {
            if (!opened) {
                attachment.close();
            }
        }
    }
}
