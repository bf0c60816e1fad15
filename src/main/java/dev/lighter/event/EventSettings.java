package dev.lighter.event;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What administrators decide about events.
 *
 * @param kept how many of the latest are kept, in memory and for engines to come
 */
@ConfigurationProperties("lighter.events")
public record EventSettings(@DefaultValue("10000") int kept) {
    /** Without any there would be nothing to tell a follower that comes back. */
    public EventSettings {
        if (kept < 1) {
            throw new IllegalArgumentException("lighter.events.kept must be at least 1: " + kept);
        }
    }
}
