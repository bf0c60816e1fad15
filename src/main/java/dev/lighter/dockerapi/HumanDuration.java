package dev.lighter.dockerapi;

import java.time.Duration;

/** A length of time in the words that Docker's lists use, such as {@code About a minute}. */
final class HumanDuration {
    private static final int HOURS_A_DAY = 24;
    private static final int HOURS_A_WEEK = 7 * HOURS_A_DAY;
    private static final int HOURS_A_MONTH = 30 * HOURS_A_DAY;
    private static final int HOURS_A_YEAR = 365 * HOURS_A_DAY;

    private HumanDuration() {}

    static String of(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = duration.toMinutes();
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        long hours = Math.round(minutes / 60.0);
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 2 * HOURS_A_DAY) {
            return hours + " hours";
        }
        if (hours < 2 * HOURS_A_WEEK) {
            return hours / HOURS_A_DAY + " days";
        }
        if (hours < 2 * HOURS_A_MONTH) {
            return hours / HOURS_A_WEEK + " weeks";
        }
        if (hours < 2 * HOURS_A_YEAR) {
            return hours / HOURS_A_MONTH + " months";
        }
        return hours / HOURS_A_YEAR + " years";
    }
}
