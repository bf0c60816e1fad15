package dev.lighter.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times and sizes as the pages say them; the page's script says them in the same words. */
final class Words {
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Words() {}

    /** In the two largest units: {@code 42 s}, {@code 3 min 5 s}, {@code 2 h 10 min}, {@code 4 d 3 h}. */
    static String duration(Duration duration) {
        Duration length = duration.isNegative() ? Duration.ZERO : duration;
        if (length.toMinutes() == 0) {
            return length.toSeconds() + " s";
        }
        if (length.toHours() == 0) {
            return two(length.toMinutes(), "min", length.toSecondsPart(), "s");
        }
        return length.toDays() == 0
                ? two(length.toHours(), "h", length.toMinutesPart(), "min")
                : two(length.toDays(), "d", length.toHoursPart(), "h");
    }

    private static String two(long large, String largeUnit, int small, String smallUnit) {
        String first = large + " " + largeUnit;
        return small == 0 ? first : first + " " + small + " " + smallUnit;
    }

    /** In one unit: {@code just now}, {@code 5 min ago}, {@code 3 d ago}. */
    static String ago(Instant then, Instant now) {
        Duration length = Duration.between(then, now);
        if (length.toSeconds() < 10) {
            return "just now";
        }
        if (length.toMinutes() == 0) {
            return length.toSeconds() + " s ago";
        }
        if (length.toHours() == 0) {
            return length.toMinutes() + " min ago";
        }
        return length.toDays() == 0 ? length.toHours() + " h ago" : length.toDays() + " d ago";
    }

    /** A moment for those whose browser runs no script, in UTC; a dash for none. */
    static String moment(@Nullable Instant time) {
        return time == null ? "–" : MOMENT.format(time);
    }

    /** A size in powers of ten, as disks are sold: {@code 512 B}, {@code 4.2 MB}, {@code 150 MB}. */
    static String bytes(long count) {
        return scaled(count, 1000, new String[] {"B", "kB", "MB", "GB", "TB"}, 99.5);
    }

    /** A size in powers of two, as limits are given: {@code 256 MiB}, {@code 1.5 GiB}. */
    static String memory(long count) {
        return scaled(count, 1024, new String[] {"B", "KiB", "MiB", "GiB", "TiB"}, Double.MAX_VALUE);
    }

    private static String scaled(long count, int step, String[] units, double roundFrom) {
        double value = count;
        int unit = 0;
        double rounding = roundFrom < step ? 0.5 : 0;
        while (value >= step - rounding && unit < units.length - 1) {
            value /= step;
            unit++;
        }
        String number = unit == 0 || value >= roundFrom
                ? String.valueOf(Math.round(value))
                : String.format(Locale.ROOT, "%.1f", value).replaceAll("\\.0$", "");
        return number + " " + units[unit];
    }
}
