package dev.lighter.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.Arrays;

/** By UDP, from a port that the kernel picks at random; being connected, the socket gets nothing from anybody but the resolver. */
final class DatagramExchange extends Exchange implements SelectorLoop.Handler {
    private static final int TURN = 16;
    private static final int LARGEST = 4096;

    private final DatagramChannel channel;
    private final Lookup lookup;

    private DatagramExchange(InetSocketAddress resolver, Question question, DatagramChannel channel, Lookup lookup) {
        super(resolver, question);
        this.channel = channel;
        this.lookup = lookup;
    }

    static DatagramExchange open(
            InetSocketAddress resolver, Question question, boolean edns, SelectorLoop loop, Lookup lookup)
            throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                resolver.getAddress().getAddress().length == 4
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        DatagramExchange exchange = new DatagramExchange(resolver, question, channel, lookup);
        try {
            channel.configureBlocking(false);
            channel.connect(resolver);
            channel.write(exchange.query(edns));
            loop.register(channel, SelectionKey.OP_READ, exchange);
            return exchange;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    boolean isStream() {
        return false;
    }

    @Override
    public void ready(SelectionKey key) {
        ByteBuffer in = ByteBuffer.allocate(LARGEST);
        try {
            for (int i = 0; i < TURN && channel.read(in.clear()) > 0; i++) {
                if (isAnswer(in.array(), in.position())) {
                    lookup.answered(this, Arrays.copyOf(in.array(), in.position()));
                    return;
                }
            }
        } catch (IOException e) {
            lookup.failed(this);
        }
    }

    @Override
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // There is nothing left to be done for it.
        }
    }
}
