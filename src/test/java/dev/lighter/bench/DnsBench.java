package dev.lighter.bench;

import dev.lighter.network.dns.Asker;
import dev.lighter.network.dns.DnsServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * How fast names are answered over UDP on loopback, the client on the same machine: answers per second with some questions always under
 * way, and how long an answer takes at a fixed pace. {@code java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp …
 * dev.lighter.bench.DnsBench}.
 */
public final class DnsBench {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int UNDER_WAY = 16;
    private static final int MOST_SAMPLES = 2_000_000;
    private static final int PACE_PER_SECOND = 10_000;
    /** A client that the machine holds up does not make up for it at once: the socket's memory would be full. */
    private static final int MOST_BEHIND = 100;

    private static final int TIMEOUT_MILLIS = 1000;
    /** A name that is another each time, with digits that are replaced where they are in the message. */
    private static final String COUNTED = "0000000.example.org";

    private static final int FIRST_DIGIT = 13;
    private static final int DIGITS = 7;
    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] samples = new long[MOST_SAMPLES];
    private final long[] sentAt = new long[1 << 16];
    private int count;

    private DnsBench() {}

    /** Every asker's names: some hundred, and no others. */
    private record Names(List<InetAddress> address) implements Asker {
        @Override
        public @Nullable List<InetAddress> addresses(String name) {
            return name.endsWith(".org") ? null : address;
        }

        @Override
        public @Nullable String name(InetAddress of) {
            return null;
        }

        @Override
        public List<InetSocketAddress> resolvers() {
            return List.of();
        }

        @Override
        public boolean mayAskOutside() {
            return true;
        }
    }

    /** Measures and prints. */
    public static void main(String[] arguments) throws IOException {
        Asker asker = new Names(List.of(InetAddress.getByAddress(new byte[] {10, 0, 0, 2})));
        try (DatagramChannel resolver = DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, 0))) {
            InetSocketAddress outside = (InetSocketAddress) resolver.getLocalAddress();
            Thread answering = new Thread(() -> answer(resolver), "resolver");
            answering.setDaemon(true);
            answering.start();
            try (DnsServer server = new DnsServer(source -> asker, () -> List.of(outside))) {
                InetSocketAddress address = new InetSocketAddress(LOOPBACK, server.listen(LOOPBACK, 0));
                DnsBench bench = new DnsBench();
                bench.fast("warm-up", address, "web", false, 2);
                bench.fast("own names, " + UNDER_WAY + " under way", address, "web", false, 3);
                bench.fast("remembered names, " + UNDER_WAY + " under way", address, "www.example.org", false, 3);
                bench.fast("names looked up outside, " + UNDER_WAY + " under way", address, COUNTED, true, 3);
                bench.paced("own names, 10,000 per second", address, "web", 3);
                bench.paced("remembered names, 10,000 per second", address, "www.example.org", 3);
            }
        }
    }

    private static void answer(DatagramChannel resolver) {
        try {
            ByteBuffer in = ByteBuffer.allocate(4096);
            while (true) {
                InetSocketAddress from = (InetSocketAddress) resolver.receive(in.clear());
                Message query = new Message(in.flip());
                Message answer = new Message(query.getHeader().getID());
                answer.getHeader().setFlag(Flags.QR);
                answer.addRecord(query.getQuestion(), Section.QUESTION);
                answer.addRecord(
                        Record.fromString(
                                query.getQuestion().getName(), Type.A, DClass.IN, 3600, "192.0.2.1", Name.root),
                        Section.ANSWER);
                resolver.send(ByteBuffer.wrap(answer.toWire()), from);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private static ByteBuffer query(String name) throws IOException {
        Message query = new Message(0);
        query.getHeader().setFlag(Flags.RD);
        query.addRecord(Record.newRecord(Name.fromString(name, Name.root), Type.A, DClass.IN), Section.QUESTION);
        byte[] bytes = query.toWire();
        return ByteBuffer.allocateDirect(bytes.length).put(bytes);
    }

    /** As fast as it goes, with a number of questions under way. */
    private void fast(String what, InetSocketAddress address, String name, boolean counted, int seconds)
            throws IOException {
        count = 0;
        long cpu = serverNanos();
        try (DatagramChannel channel = DatagramChannel.open().connect(address)) {
            channel.socket().setSoTimeout(TIMEOUT_MILLIS);
            ByteBuffer query = query(name);
            ByteBuffer in = ByteBuffer.allocateDirect(4096);
            long begin = System.nanoTime();
            long end = begin + TimeUnit.SECONDS.toNanos(seconds);
            int sent = 0;
            while (System.nanoTime() < end && count < MOST_SAMPLES) {
                if (sent >= UNDER_WAY) {
                    take(channel, in);
                }
                if (counted) {
                    number(query, sent);
                }
                ask(channel, query, sent++ & 0xffff);
            }
            print(what, System.nanoTime() - begin, serverNanos() - cpu);
        }
    }

    /** At a fixed pace, so that the times are those of a server that is busy and not overrun. */
    private void paced(String what, InetSocketAddress address, String name, int seconds) throws IOException {
        count = 0;
        long cpu = serverNanos();
        try (DatagramChannel channel = DatagramChannel.open().connect(address)) {
            channel.configureBlocking(false);
            ByteBuffer query = query(name);
            ByteBuffer in = ByteBuffer.allocateDirect(4096);
            long begin = System.nanoTime();
            int total = seconds * PACE_PER_SECOND;
            long end = begin + TimeUnit.SECONDS.toNanos(seconds) + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
            int sent = 0;
            while (count < total && System.nanoTime() < end) {
                long due = (System.nanoTime() - begin) * PACE_PER_SECOND / TimeUnit.SECONDS.toNanos(1);
                while (sent < total && sent < due && sent - count < MOST_BEHIND) {
                    ask(channel, query, sent++ & 0xffff);
                }
                if (!take(channel, in)) {
                    LockSupport.parkNanos(1000);
                }
            }
            print(what + " (" + (total - count) + " lost)", System.nanoTime() - begin, serverNanos() - cpu);
        }
    }

    private static void number(ByteBuffer query, int number) {
        int left = number;
        for (int i = FIRST_DIGIT + DIGITS - 1; i >= FIRST_DIGIT; i--) {
            query.put(i, (byte) ('0' + left % 10));
            left /= 10;
        }
    }

    /** What the server's thread has used of a processor: what an answer costs however busy the machine is. */
    private static long serverNanos() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("names"))
                .mapToLong(thread -> ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()))
                .sum();
    }

    private void ask(DatagramChannel channel, ByteBuffer query, int id) throws IOException {
        query.putShort(0, (short) id).rewind();
        sentAt[id] = System.nanoTime();
        channel.write(query);
    }

    private boolean take(DatagramChannel channel, ByteBuffer in) throws IOException {
        if (channel.read(in.clear()) <= 0) {
            return false;
        }
        if (in.getShort(6) != 1) {
            throw new IOException("an answer without an address");
        }
        samples[count++] = System.nanoTime() - sentAt[in.getShort(0) & 0xffff];
        return true;
    }

    private void print(String what, long nanos, long cpuNanos) {
        long[] sorted = Arrays.copyOf(samples, count);
        Arrays.sort(sorted);
        System.out.println(String.format(
                Locale.ROOT,
                "%-42s %6.0f per second, p50 %6.3f ms, p99 %6.3f ms, %5.1f µs of a processor each",
                what,
                count / (nanos / 1e9),
                sorted[count / 2] / NANOS_PER_MILLI,
                sorted[(int) (count * 0.99)] / NANOS_PER_MILLI,
                cpuNanos / 1e3 / count));
    }
}
