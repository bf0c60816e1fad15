package dev.lighter.network.firewall;

import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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

    private static final Path LINKS = Path.of("/proc/sys/net/ipv4/conf");

    private final NetworkNamespace namespace;

    Loopback(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    void reachableFrom(Collection<WalledNetwork> networks) {
        List<String> without = set(firstBridges(networks), true);
        if (!without.isEmpty()) {
            log.warn("What these bridges publish cannot be reached at 127.0.0.1 but by a relay: {}", without);
        }
    }

    void unreachableFrom(Collection<WalledNetwork> networks) {
        set(firstBridges(networks), false);
    }

    /** Gives the bridges for which it cannot be set: there is none of that name, or the setting is read-only. */
    List<String> set(List<String> bridges, boolean on) {
        if (bridges.isEmpty()) {
            return List.of();
        }
        try {
            return namespace.call(
                    () -> bridges.stream().filter(bridge -> !write(bridge, on)).toList());
        } catch (IOException e) {
            log.debug("route_localnet cannot be set", e);
            return bridges;
        }
    }

    /** For threads in the namespace. */
    private static boolean write(String bridge, boolean on) {
        try {
            Files.write(LINKS.resolve(bridge).resolve("route_localnet"), new byte[] {(byte) (on ? '1' : '0')});
            return true;
        } catch (IOException | InvalidPathException e) {
            log.debug("route_localnet of {} cannot be set", bridge, e);
            return false;
        }
    }

    private static List<String> firstBridges(Collection<WalledNetwork> networks) {
        return networks.stream()
                .filter(Loopback::hasV4)
                .map(WalledNetwork::firstBridge)
                .toList();
    }

    private static boolean hasV4(WalledNetwork network) {
        return network.gateways().stream().anyMatch(IpPrefix::isV4);
    }
}
