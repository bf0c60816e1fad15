package dev.lighter.dockerapi;

import dev.lighter.error.EngineException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as Docker's clients write them: seconds since 1970 with an optional fraction, or RFC 3339. */
final class Timestamps {
    /** What stands for a time that never was. */
    static final String ZERO = "0001-01-01T00:00:00Z";

    private static final Pattern SECONDS = Pattern.compile("(-?\\d{1,12})(?:\\.(\\d{1,9}))?");

    private Timestamps() {}

    /** The time in a parameter; null when it is absent, empty or 0, which all mean no bound. */
    static @Nullable Instant parse(String parameter, @Nullable String value) {
        if (value == null || value.isEmpty() || value.equals("0")) {
            return null;
        }
        try {
            Matcher seconds = SECONDS.matcher(value);
            if (seconds.matches()) {
                String fraction = seconds.group(2) == null ? "" : seconds.group(2);
                long nanos = fraction.isEmpty() ? 0 : Long.parseLong(fraction + "0".repeat(9 - fraction.length()));
                return Instant.ofEpochSecond(Long.parseLong(seconds.group(1)), nanos);
            }
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw EngineException.invalid("invalid value for \"" + parameter + "\": \"" + value
                    + "\": use seconds since 1970 or a time such as 2026-01-31T12:00:00Z");
        }
    }

    static String format(@Nullable Instant time) {
        return time == null ? ZERO : time.toString();
    }
}
