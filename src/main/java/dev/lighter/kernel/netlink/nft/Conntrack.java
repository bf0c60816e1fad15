package dev.lighter.kernel.netlink.nft;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import dev.lighter.kernel.netlink.NetlinkSocket;
import dev.lighter.kernel.netlink.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The connections that a namespace's kernel tracks. A translation of addresses is decided once per flow: what is to follow a change of
 * rules must be forgotten here. Open until closed; safe for all threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">NETLINK_NETFILTER in netlink(7)</a>
 */
public final class Conntrack implements AutoCloseable {
    private static final int NEW = 0x100;
    private static final int GET = 0x101;
    private static final int DELETE = 0x102;
    private static final int ORIGINAL = 1;
    private static final int STATUS = 3;
    private static final int STATUS_MASK = 26;
    private static final int DESTINATION_TRANSLATED = 1 << 5;

    private final NetlinkSocket socket;

    private Conntrack(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** For the calling thread's namespace. */
    public static Conntrack open() throws ErrnoException {
        return new Conntrack(NetlinkSocket.open(NetlinkSocket.Protocol.NETFILTER));
    }

    /** For another namespace, which may be closed afterwards. */
    public static Conntrack open(NetworkNamespace namespace) throws IOException {
        return new Conntrack(NetlinkSocket.open(NetlinkSocket.Protocol.NETFILTER, namespace));
    }

    /** All flows of both IP families. */
    public List<Flow> list() throws ErrnoException {
        return list(request("IPCTNL_MSG_CT_GET", GET, 0, "all"));
    }

    /** The flows whose destination was translated, or those of which it was not. Before Linux 5.15 they are all flows. */
    public List<Flow> list(boolean destinationTranslated) throws ErrnoException {
        return list(request("IPCTNL_MSG_CT_GET", GET, 0, "all")
                .with(a -> a.be32(STATUS, destinationTranslated ? DESTINATION_TRANSLATED : 0)
                        .be32(STATUS_MASK, DESTINATION_TRANSLATED)));
    }

    private List<Flow> list(NetlinkRequest request) throws ErrnoException {
        List<Flow> flows = new ArrayList<>();
        for (NetlinkMessage message : socket.dump(request)) {
            Flow flow = message.type() == NEW ? Flow.parse(message) : null;
            if (flow != null) {
                flows.add(flow);
            }
        }
        return flows;
    }

    /** Forgets the flows that are meant; gives how many. One that ends meanwhile is no error. */
    public int forget(Predicate<Flow> meant) throws ErrnoException {
        return forget(list(), meant);
    }

    /** Forgets those of the flows that are meant; gives how many. */
    public int forget(List<Flow> flows, Predicate<Flow> meant) throws ErrnoException {
        int forgotten = 0;
        for (Flow flow : flows) {
            if (meant.test(flow) && forget(flow)) {
                forgotten++;
            }
        }
        return forgotten;
    }

    private boolean forget(Flow flow) throws ErrnoException {
        try {
            socket.execute(request("IPCTNL_MSG_CT_DELETE", DELETE, flow.family(), flow.original())
                    .with(a -> a.nested(ORIGINAL, flow.key().toBytes(), nothingMore -> {})));
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static NetlinkRequest request(String what, int type, int family, Object subject) {
        return NetlinkRequest.of(what, type, 0, subject.toString(), new byte[] {(byte) family, 0, 0, 0});
    }

    @Override
    public void close() {
        socket.close();
    }
}
