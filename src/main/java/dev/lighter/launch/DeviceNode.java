package dev.lighter.launch;

import dev.lighter.kernel.cgroup.DeviceRule;

/**
 * A device file that a container has.
 *
 * @param path where it is inside
 * @param type {@code c} or {@code b}
 * @param mode the permission bits
 * @param access what its control group lets it do with the device; empty for what it may anyway
 */
record DeviceNode(String path, char type, int major, int minor, int mode, int uid, int gid, String access) {
    /** What lets the container use it. */
    DeviceRule rule() {
        return new DeviceRule(type, major, minor, access);
    }

    /** {@code dev_t} as mknod(2) takes it. */
    long number() {
        return minor & 0xff | (major & 0xfffL) << 8 | (minor & 0xffff_ff00L) << 12;
    }
}
