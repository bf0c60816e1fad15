package dev.lighter.event;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened.
 *
 * @param type what kind of thing it happened to: {@code container}, {@code image}
 * @param action what happened, in Docker's words: {@code create}, {@code start}, {@code die}, …
 * @param actorId the id of the thing
 * @param attributes more about it, with labels
 * @param time when
 */
public record Event(String type, String action, String actorId, Map<String, String> attributes, Instant time) {}
