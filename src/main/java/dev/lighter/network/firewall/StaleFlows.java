package dev.lighter.network.firewall;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetworkNamespace;
import dev.lighter.kernel.netlink.nft.Conntrack;
import dev.lighter.kernel.netlink.nft.Flow;
import dev.lighter.kernel.netlink.nft.Flow.Direction;
import dev.lighter.kernel.netlink.nft.Rule;
import dev.lighter.kernel.netlink.route.RouteNetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections follow a change of published ports: where a flow goes is decided once, by its first packet. Open until closed; safe
 * for all threads.
 */
final class StaleFlows implements AutoCloseable {
    private final Conntrack conntrack;
    private final RouteNetlink route;

    private StaleFlows(Conntrack conntrack, RouteNetlink route) {
        this.conntrack = conntrack;
        this.route = route;
    }

    static StaleFlows open(NetworkNamespace namespace) throws IOException {
        Conntrack conntrack = Conntrack.open(namespace);
        try {
            return new StaleFlows(conntrack, RouteNetlink.open(namespace));
        } catch (IOException e) {
            conntrack.close();
            throw e;
        }
    }

    /** A port, and where it goes; a null address of the host stands for all of them. */
    private record Published(
            @Nullable InetAddress host, int protocol, int hostPort, InetAddress container, int containerPort) {
        static Published of(Translation translation) {
            return new Published(
                    translation.hostAddress(),
                    translation.protocol(),
                    translation.hostPort(),
                    translation.containerAddress(),
                    translation.containerPort());
        }

        /** By which port a flow came, if it was published at this address. */
        static Published of(Flow flow, @Nullable InetAddress host) {
            return new Published(
                    host,
                    flow.protocol(),
                    flow.original().destinationPort(),
                    flow.reply().source(),
                    flow.reply().sourcePort());
        }
    }

    /** Forgets the connections made by ports that are no longer published. */
    void forgetTranslated(Collection<Translation> translations) throws ErrnoException {
        if (translations.isEmpty()) {
            return;
        }
        Set<Published> gone = new HashSet<>();
        translations.forEach(translation -> gone.add(Published.of(translation)));
        conntrack.forget(
                conntrack.list(true),
                flow -> gone.contains(Published.of(flow, null))
                        || gone.contains(Published.of(flow, flow.original().destination())));
    }

    /** Forgets the flows without connections that came to the host itself at ports that are published now: their next packet is translated. */
    void forgetUntranslated(Collection<Translation> translations) throws ErrnoException {
        Set<List<Integer>> come = new HashSet<>();
        for (Translation translation : translations) {
            if (translation.protocol() != Rule.TCP) {
                come.add(List.of(translation.protocol(), translation.hostPort()));
            }
        }
        if (come.isEmpty()) {
            return;
        }
        List<Flow> met = conntrack.list(false).stream()
                .filter(flow ->
                        come.contains(List.of(flow.protocol(), flow.original().destinationPort())))
                .toList();
        if (!met.isEmpty()) {
            Set<InetAddress> own = new HashSet<>();
            route.addresses().list().forEach(address -> own.add(address.prefix().address()));
            conntrack.forget(
                    met, flow -> isPlain(flow) && own.contains(flow.original().destination()));
        }
    }

    private static boolean isPlain(Flow flow) {
        Direction original = flow.original();
        Direction reply = flow.reply();
        return reply.source().equals(original.destination())
                && reply.sourcePort() == original.destinationPort()
                && reply.destination().equals(original.source());
    }

    @Override
    public void close() {
        route.close();
        conntrack.close();
    }
}
