package dev.lighter.kernel.netlink;

import dev.lighter.kernel.Errno;
import dev.lighter.kernel.ErrnoException;
import dev.lighter.kernel.Fd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with the kernel: requests and their acknowledgements, dumps, batches. It stays in the network namespace that it was
 * opened in. Safe for all threads; one request is under way at a time. Failures carry the kernel's own explanation where it gives one.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class NetlinkSocket implements AutoCloseable {
    /** The parts of the kernel that can be talked to. */
    public enum Protocol {
        ROUTE(0),
        NETFILTER(12);

        final int number;

        Protocol(int number) {
            this.number = number;
        }
    }

    /** So many acknowledgements fit into the socket's memory at once. */
    private static final int MOST_AT_ONCE = 128;

    private static final int DUMP_ATTEMPTS = 100;

    private final NetlinkChannel channel;
    private int sequence;

    private NetlinkSocket(NetlinkChannel channel) {
        this.channel = channel;
    }

    /** Opens a socket in the calling thread's namespace. Fails with EPROTONOSUPPORT where the kernel lacks the protocol. */
    public static NetlinkSocket open(Protocol protocol) throws ErrnoException {
        return new NetlinkSocket(NetlinkChannel.open(protocol));
    }

    /** Opens a socket in a namespace; the namespace may be closed afterwards. */
    public static NetlinkSocket open(Protocol protocol, NetworkNamespace namespace) throws IOException {
        return namespace.call(() -> open(protocol));
    }

    /** Sends a request and waits until it is carried out. */
    public void execute(NetlinkRequest request) throws ErrnoException {
        ask(request);
    }

    /** Sends a request and gives what the kernel answers before it acknowledges. */
    public synchronized List<NetlinkMessage> ask(NetlinkRequest request) throws ErrnoException {
        int number = nextSequence();
        channel.send(List.of(request), number, NetlinkMessage.F_ACK);
        List<NetlinkMessage> answers = new ArrayList<>();
        while (true) {
            for (NetlinkMessage message : channel.receive()) {
                if (message.sequence() != number) {
                    continue;
                }
                if (message.type() == NetlinkMessage.ERROR) {
                    fail(request, message);
                    return answers;
                }
                answers.add(message);
            }
        }
    }

    /** Asks for all there is; begins again when it changed meanwhile, so that the answer is of one moment. */
    public synchronized List<NetlinkMessage> dump(NetlinkRequest request) throws ErrnoException {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<NetlinkMessage> answers = dumpOnce(request);
            if (answers != null) {
                return answers;
            }
        }
        throw request.failure(Errno.EAGAIN, "it changed " + DUMP_ATTEMPTS + " times while it was read");
    }

    /** Null when the dump was interrupted. */
    private @Nullable List<NetlinkMessage> dumpOnce(NetlinkRequest request) throws ErrnoException {
        int number = nextSequence();
        channel.send(List.of(request), number, NetlinkMessage.F_DUMP);
        List<NetlinkMessage> answers = new ArrayList<>();
        boolean interrupted = false;
        while (true) {
            for (NetlinkMessage message : channel.receive()) {
                if (message.sequence() != number) {
                    continue;
                }
                interrupted |= message.has(NetlinkMessage.F_DUMP_INTERRUPTED);
                if (message.type() == NetlinkMessage.DONE || message.type() == NetlinkMessage.ERROR) {
                    if (message.error() == -Errno.EINTR) {
                        return null;
                    }
                    fail(request, message);
                    return interrupted ? null : answers;
                }
                answers.add(message);
            }
        }
    }

    /**
     * Sends many requests with few system calls. All are tried, each on its own; the first failure is thrown at the end with the others as
     * suppressed exceptions.
     */
    public synchronized void executeAll(List<NetlinkRequest> requests) throws ErrnoException {
        List<ErrnoException> failures = new ArrayList<>();
        for (int from = 0; from < requests.size(); from += MOST_AT_ONCE) {
            List<NetlinkRequest> some = requests.subList(from, Math.min(from + MOST_AT_ONCE, requests.size()));
            int first = reserveSequences(some.size());
            channel.send(some, first, NetlinkMessage.F_ACK);
            int left = some.size();
            while (left > 0) {
                for (NetlinkMessage message : channel.receive()) {
                    int index = message.sequence() - first;
                    if (message.type() == NetlinkMessage.ERROR && index >= 0 && index < some.size()) {
                        failure(some.get(index), message).ifPresent(failures::add);
                        left--;
                    }
                }
            }
        }
        throwFirst(failures);
    }

    /**
     * Sends requests that the kernel carries out all or none, between the two messages that mark the beginning and the end of such a
     * batch, linux/netfilter/nfnetlink.h. Gives nothing on success; otherwise throws the first failure with the others suppressed.
     */
    public synchronized void transact(NetlinkRequest begin, List<NetlinkRequest> requests, NetlinkRequest end)
            throws ErrnoException {
        if (requests.isEmpty()) {
            return;
        }
        List<NetlinkRequest> all = new ArrayList<>(requests.size() + 2);
        all.add(begin);
        all.addAll(requests);
        all.add(end);
        int first = reserveSequences(all.size());
        int last = all.size() - 2;
        // Failures are reported unasked; the last request's acknowledgement comes after all of them and after the
        // commit.
        channel.sendTransaction(all, first, last);
        List<ErrnoException> failures = new ArrayList<>();
        while (true) {
            for (NetlinkMessage message : channel.receive()) {
                int index = message.sequence() - first;
                if (message.type() != NetlinkMessage.ERROR || index < 0 || index >= all.size()) {
                    continue;
                }
                failure(index == 0 ? requests.get(0) : all.get(index), message).ifPresent(failures::add);
                if (index == last || index == 0) {
                    throwFirst(failures);
                    return;
                }
            }
        }
    }

    /** Asks to be told about a multicast group's events, NETLINK_ADD_MEMBERSHIP. Such a socket should be used for {@link #events} alone. */
    public void join(int group) throws ErrnoException {
        channel.join(group);
    }

    /** The next events, or none within the time. Fails with ENOBUFS when some were lost because nobody fetched them. */
    public synchronized List<NetlinkMessage> events(int timeoutMillis) throws ErrnoException {
        return channel.awaitReadable(timeoutMillis) ? channel.receive() : List.of();
    }

    /** The number that tells this socket from the namespace's others of its protocol: events bear that of the socket that caused them. */
    public int port() throws ErrnoException {
        return channel.port();
    }

    /** The socket, for waiting on it with others; to be read by {@link #events} only. */
    public Fd fd() {
        return channel.fd();
    }

    @Override
    public void close() {
        channel.close();
    }

    private int nextSequence() {
        return reserveSequences(1);
    }

    /** Numbers are never zero, which events of the kernel's own bear. */
    private int reserveSequences(int count) {
        if (sequence > Integer.MAX_VALUE - count - 1) {
            sequence = 0;
        }
        int first = sequence + 1;
        sequence += count;
        return first;
    }

    private static void fail(NetlinkRequest request, NetlinkMessage answer) throws ErrnoException {
        Optional<ErrnoException> failure = failure(request, answer);
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static Optional<ErrnoException> failure(NetlinkRequest request, NetlinkMessage answer)
            throws ErrnoException {
        int error = answer.error();
        return error == 0 ? Optional.empty() : Optional.of(request.failure(-error, answer.explanation()));
    }

    private static void throwFirst(List<ErrnoException> failures) throws ErrnoException {
        if (!failures.isEmpty()) {
            ErrnoException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }
}
