package dev.lighter.api;

import dev.lighter.event.Event;
import dev.lighter.event.EventService;
import dev.lighter.event.EventStream;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What happens in the engine, for pages that change by themselves. */
@RestController
@Tag(name = "Events", description = "What happens, as it happens")
class EventsResource {
    private static final Logger LOG = LoggerFactory.getLogger(EventsResource.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final EventService events;
    private final EventStreams streams;

    EventsResource(EventService events, EventStreams streams) {
        this.events = events;
        this.streams = streams;
    }

    /** One event. */
    @Schema(name = "Event")
    record EventAnswer(
            @Schema(example = "container") String type,
            @Schema(example = "start") String action,
            @Schema(description = "Of what it happened to") String id,
            Map<String, String> attributes,
            Instant time) {
        static EventAnswer of(Event event) {
            return new EventAnswer(event.type(), event.action(), event.actorId(), event.attributes(), event.time());
        }
    }

    @GetMapping(path = "/api/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow events",
            description =
                    "Server-sent events, named after the type of what they happened to, each with one JSON object."
                            + " A client that comes back with Last-Event-ID misses nothing that is still kept, even over a restart of the engine.")
    @ApiResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = EventAnswer.class),
                            examples = @ExampleObject("""
                            id:2026-01-31T12:00:00.123456789Z
                            event:container
                            data:{"type":"container","action":"start","id":"4f2c…","attributes":{"name":"builder"},"time":"2026-01-31T12:00:00.123456789Z"}
                            """)))
    SseEmitter events(
            @Parameter(description = "Those from this time on first", example = "2026-01-31T12:00:00Z")
                    @RequestParam(required = false)
                    @Nullable
                    Instant since,
            @Parameter(description = "Only those that happened to this type of thing", example = "container")
                    @RequestParam(required = false)
                    @Nullable
                    String type,
            @Parameter(description = "Sent by browsers that come back")
                    @RequestHeader(name = "Last-Event-ID", required = false)
                    @Nullable
                    String lastEventId) {
        Instant from = start(since, lastEventId);
        return streams.open(emitter -> send(emitter, from, type));
    }

    private static @Nullable Instant start(@Nullable Instant since, @Nullable String lastEventId) {
        if (lastEventId != null) {
            try {
                return Instant.parse(lastEventId).plusNanos(1);
            } catch (DateTimeParseException e) {
                LOG.debug("An unknown event id", e);
            }
        }
        return since;
    }

    private void send(SseEmitter emitter, @Nullable Instant from, @Nullable String type)
            throws IOException, InterruptedException {
        try (EventStream stream = events.follow(from, null, event -> type == null || type.equals(event.type()))) {
            emitter.send(SseEmitter.event().comment("hello"));
            while (!stream.isOver()) {
                Event event = stream.next(HEARTBEAT);
                emitter.send(
                        event == null
                                ? SseEmitter.event().comment("still here")
                                : SseEmitter.event()
                                        .id(event.time().toString())
                                        .name(event.type())
                                        .data(EventAnswer.of(event), MediaType.APPLICATION_JSON));
            }
        }
    }
}
