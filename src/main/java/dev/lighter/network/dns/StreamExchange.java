package dev.lighter.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** By TCP, for an answer that has no room in a datagram; one question for each connection. */
final class StreamExchange extends Exchange implements SelectorLoop.Handler {
    private static final int LENGTH_BYTES = 2;

    private final SocketChannel channel;
    private final Lookup lookup;
    private final ByteBuffer out;
    private ByteBuffer in = ByteBuffer.allocate(LENGTH_BYTES);
    private boolean lengthIsKnown;

    private StreamExchange(
            InetSocketAddress resolver, Question question, boolean edns, SocketChannel channel, Lookup lookup) {
        super(resolver, question);
        this.channel = channel;
        this.lookup = lookup;
        ByteBuffer query = query(edns);
        out = ByteBuffer.allocate(LENGTH_BYTES + query.remaining())
                .putShort((short) query.remaining())
                .put(query)
                .flip();
    }

    static StreamExchange open(
            InetSocketAddress resolver, Question question, boolean edns, SelectorLoop loop, Lookup lookup)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        StreamExchange exchange = new StreamExchange(resolver, question, edns, channel, lookup);
        try {
            channel.configureBlocking(false);
            boolean connected = channel.connect(resolver);
            loop.register(channel, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, exchange);
            return exchange;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    boolean isStream() {
        return true;
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
            }
            if (out.hasRemaining()) {
                channel.write(out);
                key.interestOps(out.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            } else {
                read();
            }
        } catch (IOException e) {
            lookup.failed(this);
        }
    }

    private void read() throws IOException {
        int count = channel.read(in);
        if (count < 0) {
            throw new IOException("the resolver hung up");
        }
        if (in.hasRemaining()) {
            return;
        }
        if (!lengthIsKnown) {
            lengthIsKnown = true;
            in = ByteBuffer.allocate(in.getShort(0) & 0xffff);
        } else if (isAnswer(in.array(), in.position())) {
            lookup.answered(this, in.array());
        } else {
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
