package dev.lighter.image.registry;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * Where the engine may be sent by what registries answer: a public registry leads nowhere into the private network, and plain HTTP is for
 * this machine and the hosts that administrators name. Safe for all threads.
 */
final class AddressRules {
    private final List<String> insecureHosts;

    AddressRules(List<String> insecureHosts) {
        this.insecureHosts = insecureHosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Whether an administrator has said that a host's identity does not matter. */
    boolean isInsecure(String hostAndPort) {
        String host = hostAndPort.toLowerCase(Locale.ROOT);
        return insecureHosts.contains(host) || insecureHosts.contains(RegistryHost.hostOnly(host));
    }

    /** Whether plain HTTP may be used. Names other than localhost are not asked for their addresses: these may change. */
    boolean mayBePlain(String hostAndPort) {
        String host = RegistryHost.hostOnly(hostAndPort);
        return isInsecure(hostAndPort)
                || host.equals("localhost")
                || host.endsWith(".localhost")
                || isLiteral(host) && reach(host) == Reach.LOOPBACK;
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }

    /** Checks an address that {@code from} has sent the engine to, while it speaks to the registry at {@code origin}. */
    void check(URI origin, URI from, URI to) throws RegistryException {
        boolean plain = !"https".equalsIgnoreCase(to.getScheme());
        if (plain && !mayBePlain(RegistryHost.of(to))) {
            throw RegistryException.forbidden(
                    RegistryHost.of(from) + " leads to " + RegistryHost.of(to)
                            + " in plain HTTP, which is only for this machine and the hosts in lighter.registries.insecure-hosts");
        }
        if (RegistryHost.of(origin).equals(RegistryHost.of(to))) {
            return;
        }
        Reach target = reach(host(to));
        if (target == Reach.PUBLIC || isInsecure(RegistryHost.of(to))) {
            return;
        }
        Reach home = reach(host(origin));
        if (home == Reach.PUBLIC || target == Reach.LINK && home != Reach.LINK) {
            throw RegistryException.forbidden(RegistryHost.of(from) + " leads to the private address "
                    + RegistryHost.of(to) + ", where a registry outside of it has no business");
        }
    }

    private static String host(URI uri) {
        return RegistryHost.unbracketed(String.valueOf(uri.getHost()));
    }

    /** The nearest of a host's addresses; a host that nobody knows is far. */
    static Reach reach(String host) {
        Reach nearest = Reach.PUBLIC;
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                Reach one = Reach.of(address);
                nearest = one.compareTo(nearest) < 0 ? one : nearest;
            }
        } catch (UnknownHostException e) {
            return Reach.PUBLIC;
        }
        return nearest;
    }
}
