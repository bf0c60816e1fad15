package dev.lighter.build;

import java.time.Instant;
import java.util.List;

/** A build that goes on, as others see it. */
public record BuildView(String id, Instant started, List<String> names) {}
