package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.netlink.Attributes;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkSocket;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells of every transaction that anybody makes in a namespace's packet filter, so that one can see that rules were flushed. Open until
 * closed; used by one thread.
 */
public final class NftMonitor implements AutoCloseable {
    private static final int GROUP_NFTABLES = 7;
    private static final int GENERATION = 1;
    private static final int NAME_OF_TABLE = 1;
    private static final int PROCESS_NAME = 3;

    /**
     * A transaction.
     *
     * @param generation the packet filter's number since then
     * @param port the socket by which it was made, see {@link Nftables#port}; 0 when some events were lost and more than this may have happened
     * @param thread the name of the thread that made it; null when it is not known
     * @param tables where it changed something
     */
    public record Transaction(
            int generation, int port, @Nullable String thread, Set<Table> tables) {
        /** Copies the tables. */
        public Transaction {
            tables = Set.copyOf(tables);
        }

        /** Whether something in this table may have changed. */
        public boolean touches(Table table) {
            return port == 0 || tables.contains(table);
        }

        /** Whether it was made through this object. */
        public boolean madeBy(Nftables nftables) throws ErrnoException {
            return port == nftables.port();
        }
    }

    private final NetlinkSocket socket;
    private final Queue<Transaction> waiting = new ArrayDeque<>();
    private final Set<Table> touched = new HashSet<>();

    private NftMonitor(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Begins to listen in a namespace, which may be closed afterwards. */
    public static NftMonitor open(NetworkNamespace namespace) throws IOException {
        return listening(NetlinkSocket.open(NetlinkSocket.Protocol.NETFILTER, namespace));
    }

    /** Begins to listen in the calling thread's namespace. */
    public static NftMonitor open() throws ErrnoException {
        return listening(NetlinkSocket.open(NetlinkSocket.Protocol.NETFILTER));
    }

    private static NftMonitor listening(NetlinkSocket socket) throws ErrnoException {
        try {
            socket.join(GROUP_NFTABLES);
            return new NftMonitor(socket);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /** Becomes readable when there may be something; {@link #next} with 0 then tells. */
    public Fd fd() {
        return socket.fd();
    }

    /** The next transaction, or none when none ends within the time. */
    public Optional<Transaction> next(int timeoutMillis) throws ErrnoException {
        long end = System.nanoTime() + timeoutMillis * 1_000_000L;
        while (waiting.isEmpty()) {
            int left = (int) Math.max(0, (end - System.nanoTime()) / 1_000_000L);
            if (!collect(left) && left == 0) {
                return Optional.empty();
            }
        }
        return Optional.of(waiting.remove());
    }

    /** Whether there was anything. */
    private boolean collect(int timeoutMillis) throws ErrnoException {
        try {
            boolean any = false;
            for (NetlinkMessage message : socket.events(timeoutMillis)) {
                any = true;
                if (NftMessages.NEWGEN.is(message.type())) {
                    Attributes attributes = message.attributes(NftMessages.STRUCT);
                    waiting.add(new Transaction(
                            attributes.be32(GENERATION, 0), message.port(), attributes.string(PROCESS_NAME), touched));
                    touched.clear();
                } else if (Family.knows(message.need(NftMessages.STRUCT).get(0))) {
                    touch(message);
                }
            }
            return any;
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOBUFS)) {
                throw e;
            }
            touched.clear();
            waiting.add(new Transaction(0, 0, null, Set.of()));
            return true;
        }
    }

    /** Events come before the one that ends their transaction; all but that one name their table first. */
    private void touch(NetlinkMessage message) throws ErrnoException {
        String name = message.attributes(NftMessages.STRUCT).string(NAME_OF_TABLE);
        if (name != null) {
            touched.add(new Table(Family.of(message.need(NftMessages.STRUCT).get(0)), name));
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
