package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import dev.lighter.event.Event;
import dev.lighter.event.EventService;
import dev.lighter.event.EventStream;
import dev.lighter.http.ClientPresence;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** What happens in the engine, on Docker's path. */
@RestController
@Tag(name = "Docker: system", description = "The engine itself")
class EventController {
    private static final Logger LOG = LoggerFactory.getLogger(EventController.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final EventService events;
    private final JsonMapper json;

    EventController(EventService events, JsonMapper json) {
        this.events = events;
        this.json = json;
    }

    @GetMapping("/events")
    @Operation(
            summary = "Follow events",
            description = "One JSON object a line: those of the past, then as they happen; ends at until, or when the"
                    + " client goes.")
    @ApiResponse(
            responseCode = "200",
            description = "Events",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = EventBody.class)))
    void events(
            @Parameter(
                            description =
                                    "Those from this time on first, also of earlier engines: seconds since 1970, or RFC 3339")
                    @RequestParam(required = false)
                    @Nullable
                    String since,
            @Parameter(description = "The end: seconds since 1970, or RFC 3339")
                    @RequestParam(required = false)
                    @Nullable
                    String until,
            @Parameter(
                            description = "Names with values as JSON: type, event, container, image, network, label, …",
                            example = "{\"type\":[\"container\"]}")
                    @RequestParam(required = false)
                    @Nullable
                    String filters,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        EventFilter wanted = EventFilter.parse(filters);
        Instant from = time("since", since);
        Instant end = time("until", until);
        if (from != null && end != null && end.isBefore(from)) {
            throw EngineException.invalid("`since` time (" + since + ") cannot be after `until` time (" + until + ")");
        }
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        try (EventStream stream = events.follow(from, end, wanted)) {
            response.flushBuffer();
            send(stream, response.getOutputStream(), ClientPresence.of(request));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("following events was interrupted");
        }
    }

    /** 0 is a time here, the beginning of all. */
    private static @Nullable Instant time(String parameter, @Nullable String value) {
        return "0".equals(value) ? Instant.EPOCH : Timestamps.parse(parameter, value);
    }

    private void send(EventStream stream, OutputStream output, BooleanSupplier client)
            throws IOException, InterruptedException {
        while (!stream.isOver() && client.getAsBoolean()) {
            Event event = stream.next(LONGEST_WAIT);
            if (event != null) {
                output.write(json.writeValueAsBytes(EventBody.of(event)));
                output.write('\n');
            }
            if (stream.isEmpty()) {
                output.flush();
            }
        }
        if (stream.isOverrun()) {
            LOG.warn("A client that follows events is too far behind and is disconnected");
        }
    }
}
