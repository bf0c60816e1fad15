package dev.lighter.kernel.netlink.route;

import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.netlink.IpPrefix;
import dev.lighter.kernel.netlink.NetlinkMessage;
import dev.lighter.kernel.netlink.NetlinkRequest;
import dev.lighter.kernel.netlink.NetlinkSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of links, each of IPv4 or IPv6.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">RTM_NEWADDR in rtnetlink(7)</a>
 */
public final class Addresses {
    private static final int NEW = 20;
    private static final int DELETE = 21;
    private static final int GET = 22;
    private static final int SCOPE_HOST = 254;
    private static final int LONGEST_WITH_BROADCAST = 30;

    private final NetlinkSocket socket;
    private final Changes changes;

    Addresses(NetlinkSocket socket, Changes changes) {
        this.socket = socket;
        this.changes = changes;
    }

    /** All addresses of all links. */
    public List<Address> list() throws ErrnoException {
        List<Address> addresses = new ArrayList<>();
        for (NetlinkMessage message :
                socket.dump(NetlinkRequest.of("RTM_GETADDR", GET, 0, "all", new byte[Address.STRUCT]))) {
            Address address = message.type() == NEW ? Address.parse(message) : null;
            if (address != null) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    /** The addresses of one link. */
    public List<Address> list(int link) throws ErrnoException {
        return list().stream().filter(address -> address.link() == link).toList();
    }

    /** Gives a link an address. Fails with EEXIST when it has it. */
    public void add(int link, IpPrefix address, AddressFlag... flags) throws ErrnoException {
        set(NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE, link, address, flags);
    }

    /** Gives a link an address, or changes the flags of one that it has. */
    public void replace(int link, IpPrefix address, AddressFlag... flags) throws ErrnoException {
        set(NetlinkRequest.CREATE | NetlinkRequest.REPLACE, link, address, flags);
    }

    /** Takes an address from a link. Fails with EADDRNOTAVAIL when it has not got it. */
    public void delete(int link, IpPrefix address) throws ErrnoException {
        changes.make(request("RTM_DELADDR", DELETE, 0, link, address));
    }

    private void set(int how, int link, IpPrefix address, AddressFlag... flags) throws ErrnoException {
        NetlinkRequest request = request("RTM_NEWADDR", NEW, how, link, address);
        if (address.isV4()
                && address.length() <= LONGEST_WITH_BROADCAST
                && !address.address().isLoopbackAddress()) {
            request.attributes().bytes(Address.BROADCAST, address.last().getAddress());
        }
        int bits = 0;
        for (AddressFlag flag : flags) {
            bits |= flag.bit;
        }
        request.attributes().u32(Address.FLAGS, bits);
        changes.make(request);
    }

    private static NetlinkRequest request(String what, int type, int flags, int link, IpPrefix address) {
        ByteBuffer struct = ByteBuffer.allocate(Address.STRUCT).order(ByteOrder.nativeOrder());
        struct.put(0, (byte) address.family()).put(1, (byte) address.length());
        struct.put(3, (byte) (address.address().isLoopbackAddress() ? SCOPE_HOST : 0));
        struct.putInt(4, link);
        byte[] bytes = address.address().getAddress();
        return NetlinkRequest.of(what, type, flags, address + " on link " + link, struct.array())
                .with(a -> a.bytes(Address.LOCAL, bytes).bytes(Address.ADDRESS, bytes));
    }
}
