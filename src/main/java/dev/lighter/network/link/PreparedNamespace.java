package dev.lighter.network.link;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.route.LinkChange;
import dev.lighter.kernel.netlink.route.NewLink;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import dev.lighter.kernel.netlink.route.VethPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace for a container to come: loopback is up, and there may be a pair of links, carrying already, whose outer end is not
 * yet on a bridge. It lives until it is closed, and on as long as a process is in it. Used by one thread.
 */
public final class PreparedNamespace implements AutoCloseable {
    /** The name of the first link in a namespace. */
    public static final String FIRST_LINK = "eth0";

    /**
     * A pair of links.
     *
     * @param outer the index of the end on the host
     * @param inner the index of the end in the namespace
     */
    public record Pair(String name, int outer, int inner) {}

    private static final Path SETTINGS = Path.of("/proc/sys/net");

    /** Unprivileged programs may use every port and ping, as Docker has it; links get IPv6 when their network has. */
    private static final Map<String, String> USUAL = Map.of(
            "ipv4/ip_unprivileged_port_start", "0",
            "ipv4/ping_group_range", "0 2147483647",
            "ipv6/conf/default/disable_ipv6", "1");

    private final NetworkNamespace namespace;
    private final RouteNetlink inside;
    private @Nullable Pair pair;

    private PreparedNamespace(NetworkNamespace namespace, RouteNetlink inside) {
        this.namespace = namespace;
        this.inside = inside;
    }

    /** A new namespace with nothing but loopback. */
    public static PreparedNamespace create() throws IOException {
        PreparedNamespace made = NetworkNamespace.inNew(PreparedNamespace::ofThisThread);
        try {
            made.inside.links().change("lo", LinkChange.create().up());
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private static PreparedNamespace ofThisThread() throws IOException {
        NetworkNamespace namespace = NetworkNamespace.current();
        try {
            RouteNetlink inside = RouteNetlink.open();
            for (Map.Entry<String, String> setting : USUAL.entrySet()) {
                Path file = SETTINGS.resolve(setting.getKey());
                // A kernel without IPv6 has nothing to switch off.
                if (Files.exists(file)) {
                    Files.write(file, setting.getValue().getBytes(StandardCharsets.US_ASCII));
                }
            }
            return new PreparedNamespace(namespace, inside);
        } catch (IOException | RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /** Makes a pair whose one end is in the namespace; both ends are up, so that they carry by the time they are needed. */
    void makePair(RouteNetlink host, LinkNames names) throws ErrnoException {
        String name = names.next();
        host.links().create(NewLink.veth(name, VethPeer.named(FIRST_LINK).namespace(namespace)));
        int outer = host.links().index(name);
        host.links().change(outer, LinkChange.create().withoutLinkLocal());
        host.links().change(outer, LinkChange.create().up());
        int inner = inside.links().index(FIRST_LINK);
        inside.links().change(inner, LinkChange.create().up());
        pair = new Pair(name, outer, inner);
    }

    public NetworkNamespace namespace() {
        return namespace;
    }

    /** Speaks of what is in the namespace. */
    public RouteNetlink inside() {
        return inside;
    }

    /** Null when there is nothing but loopback. */
    public @Nullable Pair pair() {
        return pair;
    }

    @Override
    public void close() {
        inside.close();
        namespace.close();
    }
}
