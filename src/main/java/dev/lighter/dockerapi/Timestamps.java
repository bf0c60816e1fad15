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

    private static final Pattern AGO_PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(h|ms|m|s|us|µs|ns)");
    private static final Pattern AGO = Pattern.compile("(?:" + AGO_PART + ")+");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
    private static final Pattern LOCAL_TIME = Pattern.compile(DATE + "T\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?");

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

    /** The same, or how long ago it was: {@code 10m}, {@code 1h30m}. Dates may stand alone and are in UTC. */
    static @Nullable Instant parseOrAgo(String parameter, String value, Instant now) {
        if (AGO.matcher(value).matches()) {
            long nanos = 0;
            for (Matcher part = AGO_PART.matcher(value); part.find(); ) {
                nanos += Math.round(Double.parseDouble(part.group(1)) * nanosOf(part.group(2)));
            }
            return now.minusNanos(nanos);
        }
        if (DATE.matcher(value).matches()) {
            return parse(parameter, value + "T00:00:00Z");
        }
        return parse(parameter, LOCAL_TIME.matcher(value).matches() ? value + "Z" : value);
    }

    private static double nanosOf(String unit) {
        return switch (unit) {
            case "h" -> 3600e9;
            case "m" -> 60e9;
            case "s" -> 1e9;
            case "ms" -> 1e6;
            case "us", "µs" -> 1e3;
            default -> 1;
        };
    }

    static String format(@Nullable Instant time) {
        return time == null ? ZERO : time.toString();
    }
}
