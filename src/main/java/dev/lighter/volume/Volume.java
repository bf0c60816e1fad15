package dev.lighter.volume;

import java.time.Instant;
import java.util.Map;

/**
 * A volume, as it was asked for.
 *
 * @param id 64 hexadecimal digits, by which containers know it whatever its name
 * @param name by which people know it
 * @param created when, in whole microseconds
 * @param labels the user's
 * @param options of the local driver: {@code type}, {@code o}, {@code device}
 * @param anonymous whether it was made for one container and goes with that one
 */
public record Volume(
        String id,
        String name,
        Instant created,
        Map<String, String> labels,
        Map<String, String> options,
        boolean anonymous) {}
