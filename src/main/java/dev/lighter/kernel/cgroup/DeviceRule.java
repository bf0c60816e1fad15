package dev.lighter.kernel.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One permission on device files; what no rule allows is denied.
 *
 * @param type {@code c} for character devices, {@code b} for block devices
 * @param major the major number, or {@link #ANY}
 * @param minor the minor number, or {@link #ANY}
 * @param access any of {@code r}, {@code w} and {@code m} (mknod)
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/devices.html">Device whitelist controller</a>
 */
public record DeviceRule(char type, int major, int minor, String access) {
    /** Every number. */
    public static final int ANY = -1;

    private static final Pattern TEXT = Pattern.compile("([acb]) (\\d{1,9}|\\*):(\\d{1,9}|\\*) ([rwm]{1,3})");

    /** What a container may do without being told more: make any device file, but use only those that are no hardware. */
    static final List<DeviceRule> DEFAULTS = List.of(
            new DeviceRule('c', ANY, ANY, "m"),
            new DeviceRule('b', ANY, ANY, "m"),
            new DeviceRule('c', 1, 3, "rwm"), // null
            new DeviceRule('c', 1, 5, "rwm"), // zero
            new DeviceRule('c', 1, 7, "rwm"), // full
            new DeviceRule('c', 1, 8, "rwm"), // random
            new DeviceRule('c', 1, 9, "rwm"), // urandom
            new DeviceRule('c', 5, 0, "rwm"), // tty
            new DeviceRule('c', 5, 1, "rwm"), // console
            new DeviceRule('c', 5, 2, "rwm"), // ptmx
            new DeviceRule('c', 136, ANY, "rwm"), // pts
            new DeviceRule('c', 10, 200, "rwm")); // net/tun

    /**
     * Reads rules as Docker's users write them, such as {@code c 10:* rw}; {@code a} stands for devices of both types.
     *
     * @throws IllegalArgumentException in Docker's words for anything else
     */
    public static List<DeviceRule> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("invalid device cgroup rule format: '" + text + "'");
        }
        int major = parseNumber(matcher.group(2));
        int minor = parseNumber(matcher.group(3));
        String types = matcher.group(1).equals("a") ? "cb" : matcher.group(1);
        List<DeviceRule> rules = new ArrayList<>();
        for (char type : types.toCharArray()) {
            rules.add(new DeviceRule(type, major, minor, matcher.group(4)));
        }
        return rules;
    }

    private static int parseNumber(String text) {
        return text.equals("*") ? ANY : Integer.parseInt(text);
    }

    /** As {@code devices.allow} takes it, such as {@code c 136:* rwm}. */
    @Override
    public String toString() {
        return type + " " + number(major) + ":" + number(minor) + " " + access;
    }

    private static String number(int value) {
        return value == ANY ? "*" : Integer.toString(value);
    }
}
