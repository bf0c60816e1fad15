package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether bridges carry packets from and to 127.0.0.1, so that the host's own connections to published ports there reach containers.
 *
 * @see <a href="https://docs.kernel.org/networking/ip-sysctl.html">route_localnet in ip-sysctl</a>
 */
final class Loopback {
    private static final Logger log = LoggerFactory.getLogger(Loopback.class);

    private final NetworkNamespace namespace;

    Loopback(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    void reachableFrom(Collection<WalledNetwork> networks) {
        List<String> without = networks.stream()
                .filter(Loopback::hasV4)
                .map(WalledNetwork::firstBridge)
                .filter(bridge -> !set(bridge, true))
                .toList();
        if (!without.isEmpty()) {
            log.warn("What these bridges publish cannot be reached at 127.0.0.1 but by a relay: {}", without);
        }
    }

    void unreachableFrom(Collection<WalledNetwork> networks) {
        networks.stream().filter(Loopback::hasV4).forEach(network -> set(network.firstBridge(), false));
    }

    /** Whether it is so now: not where there is no such bridge or the setting is read-only. */
    boolean set(String bridge, boolean on) {
        String setting = "ipv4/conf/" + bridge + "/route_localnet";
        String value = on ? "1" : "0";
        try {
            if (!namespace.setting(setting).equals(value)) {
                namespace.set(setting, value);
            }
            return true;
        } catch (IOException e) {
            log.debug("{} cannot be set to {}", setting, value, e);
            return false;
        }
    }

    private static boolean hasV4(WalledNetwork network) {
        return network.gateways().stream().anyMatch(IpPrefix::isV4);
    }
}
