package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.IpPrefix;
import java.util.List;

/**
 * What containers reach beyond what they need. Immutable.
 *
 * @param reachable addresses of the host, or networks with such, that containers reach beside their own gateway
 * @param engineReachable whether they reach the engine's own ports
 * @param metadataReachable whether they reach link-local addresses, where clouds keep what they know of a machine, secrets included
 */
public record FirewallSettings(List<IpPrefix> reachable, boolean engineReachable, boolean metadataReachable) {
    /** Copies the list. */
    public FirewallSettings {
        reachable = List.copyOf(reachable);
    }

    /** Nothing beyond. */
    public static FirewallSettings closed() {
        return new FirewallSettings(List.of(), false, false);
    }
}
