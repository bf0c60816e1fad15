package dev.lighter;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import dev.lighter.kernel.NativeScope;
import dev.lighter.kernel.Syscall;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The names of the packet filter's tables in this network namespace, asked for over netlink.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
final class NftTables {
    private static final Syscall SOCKET = Syscall.named("socket");
    private static final Syscall SENDTO = Syscall.named("sendto");
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int NETLINK_NETFILTER = 12;
    private static final short NFT_MSG_NEWTABLE = 10 << 8;
    private static final short NFT_MSG_GETTABLE = 10 << 8 | 1;
    private static final short NLM_F_REQUEST_DUMP = 0x301;
    private static final short NLMSG_ERROR = 2;
    private static final short NLMSG_DONE = 3;
    private static final int NFTA_TABLE_NAME = 1;
    private static final int NETLINK_HEADER = 16;
    private static final int NETFILTER_HEADER = 4;
    private static final int LARGEST_MESSAGE = 32 * 1024;

    private NftTables() {}

    /** Family number and name of each table; none where the kernel has no nf_tables. */
    static SortedSet<String> read() throws ErrnoException {
        SortedSet<String> names = new TreeSet<>();
        long socket = SOCKET.raw(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
        if (socket == -Errno.EPROTONOSUPPORT) {
            return names;
        }
        if (socket < 0) {
            throw SOCKET.failure("netfilter", socket);
        }
        try (Fd fd = Fd.of(socket);
                NativeScope scope = NativeScope.open()) {
            int length = NETLINK_HEADER + NETFILTER_HEADER;
            ByteBuffer request = scope.buffer(length);
            request.putInt(0, length).putShort(4, NFT_MSG_GETTABLE).putShort(6, NLM_F_REQUEST_DUMP);
            SENDTO.call("list of tables", fd.number(), NativeScope.address(request), length);
            ByteBuffer answer = scope.buffer(LARGEST_MESSAGE);
            while (true) {
                answer.clear();
                long count = fd.read(answer);
                if (count < 0) {
                    throw new ErrnoException("read", "list of tables", (int) -count);
                }
                if (!parse(answer, (int) count, names)) {
                    return names;
                }
            }
        }
    }

    /** Adds the tables of one datagram; false when it was the last. */
    static boolean parse(ByteBuffer answer, int count, SortedSet<String> names) throws ErrnoException {
        for (int at = 0; at + NETLINK_HEADER <= count; at += answer.getInt(at) + 3 & ~3) {
            short type = answer.getShort(at + 4);
            int end = at + answer.getInt(at);
            if (type == NLMSG_DONE) {
                return false;
            }
            if (type == NLMSG_ERROR) {
                int errno = -answer.getInt(at + NETLINK_HEADER);
                if (errno == Errno.EOPNOTSUPP || errno == Errno.EINVAL) {
                    return false;
                }
                throw new ErrnoException("netlink", "list of tables", errno);
            }
            if (type == NFT_MSG_NEWTABLE) {
                int family = answer.get(at + NETLINK_HEADER);
                int attribute = at + NETLINK_HEADER + NETFILTER_HEADER;
                while (attribute + 4 <= end) {
                    int size = answer.getShort(attribute) & 0xffff;
                    if ((answer.getShort(attribute + 2) & 0x3fff) == NFTA_TABLE_NAME) {
                        byte[] name = new byte[size - 5];
                        answer.get(attribute + 4, name);
                        names.add(family + " " + new String(name, StandardCharsets.UTF_8));
                    }
                    attribute += size + 3 & ~3;
                }
            }
        }
        return count > 0;
    }
}
