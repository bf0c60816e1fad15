package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.event.Event;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One line of the stream of events; the first three fields are what older clients read of containers and images. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EventBody(
        @JsonProperty("status") @Nullable String status,
        @JsonProperty("id") @Nullable String id,
        @JsonProperty("from") @Nullable String from,
        @JsonProperty("Type") @Schema(example = "container") String type,
        @JsonProperty("Action") @Schema(example = "start") String action,
        @JsonProperty("Actor") Actor actor,
        @JsonProperty("scope") String scope,
        @JsonProperty("time") long time,
        @JsonProperty("timeNano") long timeNano) {
    private static final Set<String> OLD_TYPES = Set.of("container", "image");
    private static final long NANOS = 1_000_000_000L;

    /** To what it happened. */
    record Actor(
            @JsonProperty("ID") String id,
            @JsonProperty("Attributes") Map<String, String> attributes) {}

    static EventBody of(Event event) {
        boolean old = OLD_TYPES.contains(event.type());
        return new EventBody(
                old ? event.action() : null,
                old ? event.actorId() : null,
                old ? event.attributes().get("image") : null,
                event.type(),
                event.action(),
                new Actor(event.actorId(), event.attributes()),
                "local",
                event.time().getEpochSecond(),
                event.time().getEpochSecond() * NANOS + event.time().getNano());
    }
}
