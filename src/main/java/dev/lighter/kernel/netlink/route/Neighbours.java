package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.MacAddress;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import dev.lighter.kernel.netlink.NetlinkSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is behind which link: the tables of ARP and NDP, and those in which bridges note the ports of MAC addresses.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">RTM_NEWNEIGH in rtnetlink(7)</a>
 */
public final class Neighbours {
    private static final int NEW = 28;
    private static final int DELETE = 29;
    private static final int GET = 30;
    private static final int AF_BRIDGE = 7;
    private static final int IN_MASTERS_TABLE = 4;

    private final NetlinkSocket socket;
    private final Changes changes;

    Neighbours(NetlinkSocket socket, Changes changes) {
        this.socket = socket;
        this.changes = changes;
    }

    /** What is known of the neighbours on all links. */
    public List<Neighbour> list() throws ErrnoException {
        return list(0);
    }

    /** What is in the tables of all bridges. */
    public List<Neighbour> listBridges() throws ErrnoException {
        return list(AF_BRIDGE);
    }

    /** Notes for good which MAC address an IP address on a link has, so that nobody needs to be asked; replaces what is known. */
    public void set(int link, InetAddress address, MacAddress mac) throws ErrnoException {
        int flags = NetlinkRequest.CREATE | NetlinkRequest.REPLACE;
        changes.make(request("RTM_NEWNEIGH", NEW, flags, IpPrefix.family(address), link, Neighbour.PERMANENT, 0, mac)
                .with(a -> a.bytes(Neighbour.ADDRESS, address.getAddress()).bytes(Neighbour.MAC, mac.toBytes())));
    }

    /** Forgets what is known of an IP address on a link. Fails with ENOENT. */
    public void delete(int link, InetAddress address) throws ErrnoException {
        changes.make(request("RTM_DELNEIGH", DELETE, 0, IpPrefix.family(address), link, 0, 0, address)
                .with(a -> a.bytes(Neighbour.ADDRESS, address.getAddress())));
    }

    /** Notes for good behind which port of its bridge a MAC address is; replaces what was learned. */
    public void setPort(int port, MacAddress mac) throws ErrnoException {
        int flags = NetlinkRequest.CREATE | NetlinkRequest.REPLACE;
        changes.make(request("RTM_NEWNEIGH", NEW, flags, AF_BRIDGE, port, Neighbour.NO_ARP, IN_MASTERS_TABLE, mac)
                .with(a -> a.bytes(Neighbour.MAC, mac.toBytes())));
    }

    /** Lets a bridge forget that a MAC address is behind a port. Fails with ENOENT. */
    public void deletePort(int port, MacAddress mac) throws ErrnoException {
        changes.make(request("RTM_DELNEIGH", DELETE, 0, AF_BRIDGE, port, 0, IN_MASTERS_TABLE, mac)
                .with(a -> a.bytes(Neighbour.MAC, mac.toBytes())));
    }

    private List<Neighbour> list(int family) throws ErrnoException {
        List<Neighbour> neighbours = new ArrayList<>();
        for (NetlinkMessage message : socket.dump(request("RTM_GETNEIGH", GET, 0, family, 0, 0, 0, "all"))) {
            if (message.type() == NEW) {
                neighbours.add(Neighbour.parse(message));
            }
        }
        return neighbours;
    }

    private static NetlinkRequest request(
            String what, int type, int flags, int family, int link, int state, int where, Object subject) {
        ByteBuffer struct = ByteBuffer.allocate(Neighbour.STRUCT).order(ByteOrder.nativeOrder());
        struct.put(0, (byte) family).putInt(4, link).putShort(8, (short) state).put(10, (byte) where);
        String name = subject instanceof InetAddress address ? address.getHostAddress() : subject.toString();
        return NetlinkRequest.of(what, type, flags, link == 0 ? name : name + " on link " + link, struct.array());
    }
}
