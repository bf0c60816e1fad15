package dev.lighter.image;

import java.time.Instant;

/**
 * One step in the making of an image, OCI image specification, history.
 *
 * @param createdBy the instruction or command
 * @param emptyLayer whether the step made no layer
 */
public record HistoryEntry(Instant created, String createdBy, String author, String comment, boolean emptyLayer) {}
