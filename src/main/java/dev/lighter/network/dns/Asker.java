package dev.lighter.network.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names as one container may see them: only those of what shares a network with it. Used for one question and on the server's thread. */
public interface Asker {
    /**
     * The addresses of a name, of both families; those of all containers that share an alias. The server begins with another one each
     * time.
     *
     * @param name in lower case, without a dot at its end
     * @return null when the name is none of ours, so that it is asked outside; an empty list when it is ours and has no address
     */
    @Nullable
    List<InetAddress> addresses(String name);

    /**
     * The name of an address, for questions of the type PTR.
     *
     * @return without a dot at its end; null when the asker may see nobody with this address, so that it is asked outside
     */
    @Nullable
    String name(InetAddress address);

    /** The resolvers that this container wants asked ({@code docker run --dns}); empty for the host's. They are reached from the host. */
    List<InetSocketAddress> resolvers();

    /**
     * Whether names that are not ours may be asked outside. An internal network's must not, for a name is a message too; the answer then
     * is SERVFAIL, as Docker's is, and not NXDOMAIN: it is not known that there is no such name, and nobody shall remember so.
     */
    boolean mayAskOutside();
}
