package dev.lighter.kernel.cgroup;

import java.util.List;

/**
 * One permission on device files; what no rule allows is denied.
 *
 * @param type {@code c} for character devices, {@code b} for block devices
 * @param major the major number, or {@link #ANY}
 * @param minor the minor number, or {@link #ANY}
 * @param access any of {@code r}, {@code w} and {@code m} (mknod)
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/devices.html">Device whitelist controller</a>
 */
record DeviceRule(char type, int major, int minor, String access) {
    static final int ANY = -1;

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

    /** As {@code devices.allow} takes it, such as {@code c 136:* rwm}. */
    @Override
    public String toString() {
        return type + " " + number(major) + ":" + number(minor) + " " + access;
    }

    private static String number(int value) {
        return value == ANY ? "*" : Integer.toString(value);
    }
}
