package dev.lighter.kernel.cgroup;

import java.util.ArrayList;
import java.util.List;

/**
 * Which device files the processes of a group may use.
 *
 * @param everything whether all of them, whatever the rules say
 * @param rules what is allowed otherwise; nothing else is
 */
public record DeviceAccess(boolean everything, List<DeviceRule> rules) {
    /** What a container may do without being told more: make any device file, but use only those that are no hardware. */
    public static final DeviceAccess USUAL = new DeviceAccess(false, DeviceRule.DEFAULTS);

    /** No restriction. */
    public static final DeviceAccess EVERYTHING = new DeviceAccess(true, List.of());

    /** The usual, and what further rules allow. */
    public static DeviceAccess usualAnd(List<DeviceRule> further) {
        if (further.isEmpty()) {
            return USUAL;
        }
        List<DeviceRule> all = new ArrayList<>(DeviceRule.DEFAULTS);
        all.addAll(further);
        return new DeviceAccess(false, List.copyOf(all));
    }
}
