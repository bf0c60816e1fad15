package dev.lighter.dockerapi;

import dev.lighter.event.Event;
import dev.lighter.event.EventService;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final Set<String> FILTERS = Set.of(
            "container",
            "config",
            "daemon",
            "event",
            "image",
            "label",
            "network",
            "node",
            "plugin",
            "scope",
            "secret",
            "service",
            "type",
            "volume");
    /** A client this far behind is not going to catch up. */
    private static final int MOST_WAITING = 16_384;

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
            description = "One JSON object a line, as they happen; ends at until, or when the client goes.")
    @ApiResponse(
            responseCode = "200",
            description = "Events",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = EventBody.class)))
    void events(
            @Parameter(description = "Those from this time on first: seconds since 1970, or RFC 3339")
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
            HttpServletResponse response)
            throws IOException {
        Filters wanted = Filters.parse(filters, FILTERS);
        Instant from = Timestamps.parse("since", since);
        Instant end = Timestamps.parse("until", until);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
        AtomicBoolean overrun = new AtomicBoolean();
        EventService.Subscription subscription = events.subscribe(from == null ? Instant.now() : from, event -> {
            if (accepts(wanted, event) && !waiting.offer(event)) {
                overrun.set(true);
            }
        });
        try (subscription) {
            response.flushBuffer();
            send(waiting, overrun, end, response.getOutputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("following events was interrupted");
        }
    }

    private void send(BlockingQueue<Event> waiting, AtomicBoolean overrun, @Nullable Instant end, OutputStream output)
            throws IOException, InterruptedException {
        while (!overrun.get()) {
            Duration left = end == null ? LONGEST_WAIT : Duration.between(Instant.now(), end);
            long millis = Math.min(Math.max(left.toMillis(), 50), LONGEST_WAIT.toMillis());
            Event event = waiting.poll(millis, TimeUnit.MILLISECONDS);
            if (event == null) {
                if (end != null && !Instant.now().isBefore(end)) {
                    return;
                }
                continue;
            }
            if (end != null && event.time().isAfter(end)) {
                return;
            }
            output.write(json.writeValueAsBytes(EventBody.of(event)));
            output.write('\n');
            if (waiting.isEmpty()) {
                output.flush();
            }
        }
        LOG.warn("A client that follows events is more than {} behind and is disconnected", MOST_WAITING);
    }

    private static boolean accepts(Filters filters, Event event) {
        return filters.accepts("type", event.type())
                && filters.accepts("scope", "local")
                && acceptsAction(filters.get("event"), event.action())
                && acceptsActor(filters.get("container"), "container", event)
                && acceptsActor(filters.get("image"), "image", event)
                && Set.of("volume", "network", "plugin", "service", "node", "secret", "config").stream()
                        .allMatch(type -> acceptsActor(filters.get(type), type, event))
                && filters.acceptsLabels(event.attributes());
    }

    private static boolean acceptsAction(List<String> asked, String action) {
        return asked.isEmpty() || asked.stream().anyMatch(word -> action.equals(word) || action.startsWith(word + ":"));
    }

    private static boolean acceptsActor(List<String> asked, String type, Event event) {
        if (asked.isEmpty()) {
            return true;
        }
        Map<String, String> attributes = event.attributes();
        String name = attributes.getOrDefault("name", "");
        String image = attributes.getOrDefault("image", "");
        return asked.stream().anyMatch(word -> {
            if (event.type().equals(type)) {
                return event.actorId().startsWith(word) || name.startsWith(word);
            }
            return type.equals("image")
                    && event.type().equals("container")
                    && (image.equals(word) || image.equals(word + ":latest"));
        });
    }
}
