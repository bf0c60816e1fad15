package dev.lighter.dockerapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lighter.event.Event;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of the stream of events; the first three fields are what older clients read. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EventBody(
        @JsonProperty("status") String status,
        @JsonProperty("id") String id,
        @JsonProperty("from") @Nullable String from,
        @JsonProperty("Type") @Schema(example = "container") String type,
        @JsonProperty("Action") @Schema(example = "start") String action,
        @JsonProperty("Actor") Actor actor,
        @JsonProperty("scope") String scope,
        @JsonProperty("time") long time,
        @JsonProperty("timeNano") long timeNano) {
    private static final long NANOS = 1_000_000_000L;

    /** To what it happened. */
    record Actor(
            @JsonProperty("ID") String id,
            @JsonProperty("Attributes") Map<String, String> attributes) {}

    static EventBody of(Event event) {
        return new EventBody(
                event.action(),
                event.actorId(),
                event.attributes().get("image"),
                event.type(),
                event.action(),
                new Actor(event.actorId(), event.attributes()),
                "local",
                event.time().getEpochSecond(),
                event.time().getEpochSecond() * NANOS + event.time().getNano());
    }
}
