package dev.lighter.network.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: many questions, each with its length before it, answered as soon as the answers are there and so in any order,
 * RFC 7766. It reads no more while the client has much to take or to wait for, and ends when nothing is asked or taken for a while.
 */
final class TcpConnection implements SelectorLoop.Handler, Client {
    private static final int LENGTH_BYTES = 2;
    private static final int LARGEST_QUESTION = 4096;
    private static final int LARGEST_ANSWER = 65_535;
    private static final int MOST_UNANSWERED = 64;
    private static final int MOST_UNSENT_BYTES = 65_536;

    private final SocketChannel channel;
    private final InetAddress peer;
    private final SelectorLoop loop;
    private final Responder responder;
    private final Consumer<TcpConnection> ended;
    private final ByteBuffer in = ByteBuffer.allocate(LENGTH_BYTES + LARGEST_QUESTION);
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>();
    private @Nullable SelectionKey key;
    private int unsentBytes;
    private int unanswered;
    private boolean answering;
    private boolean atEnd;
    private boolean closed;
    private long lastProgress;

    TcpConnection(
            SocketChannel channel,
            InetAddress peer,
            SelectorLoop loop,
            Responder responder,
            Consumer<TcpConnection> ended) {
        this.channel = channel;
        this.peer = peer;
        this.loop = loop;
        this.responder = responder;
        this.ended = ended;
    }

    void begin(long idleMillis) {
        try {
            channel.configureBlocking(false);
            key = loop.register(channel, SelectionKey.OP_READ, this);
            lastProgress = loop.now();
            loop.later(idleMillis, () -> endWhenIdle(idleMillis));
        } catch (IOException e) {
            close();
        }
    }

    private void endWhenIdle(long idleMillis) {
        if (closed) {
            return;
        }
        long left = idleMillis - TimeUnit.NANOSECONDS.toMillis(loop.now() - lastProgress);
        if (left <= 0) {
            close();
        } else {
            loop.later(left, () -> endWhenIdle(idleMillis));
        }
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            if (ready.isWritable()) {
                send();
            }
            if (ready.isReadable() && !atEnd && channel.read(in) < 0) {
                atEnd = true;
            }
            goOn();
        } catch (IOException e) {
            close();
        }
    }

    /** Answers what has arrived, as far as the client keeps up, and tells the selector what to wait for. */
    private void goOn() {
        answering = true;
        in.flip();
        while (!closed && mayAsk() && in.remaining() >= LENGTH_BYTES) {
            int length = in.getShort(in.position()) & 0xffff;
            if (length > LARGEST_QUESTION) {
                close();
            } else if (in.remaining() < LENGTH_BYTES + length) {
                break;
            } else {
                byte[] message = new byte[length];
                in.position(in.position() + LENGTH_BYTES).get(message);
                lastProgress = loop.now();
                unanswered++;
                if (!responder.respond(message, length, this)) {
                    close();
                }
            }
        }
        in.compact();
        answering = false;
        if (atEnd && unanswered == 0 && unsent.isEmpty()) {
            close();
        }
        if (!closed && key != null) {
            key.interestOps(
                    (atEnd || !mayAsk() ? 0 : SelectionKey.OP_READ) | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE));
        }
    }

    private boolean mayAsk() {
        return unanswered < MOST_UNANSWERED && unsentBytes < MOST_UNSENT_BYTES;
    }

    @Override
    public InetAddress address() {
        return peer;
    }

    @Override
    public int limit(Question question) {
        return LARGEST_ANSWER;
    }

    @Override
    public void answer(ByteBuffer answer) {
        if (closed) {
            return;
        }
        unanswered--;
        ByteBuffer framed = ByteBuffer.allocate(LENGTH_BYTES + answer.remaining())
                .putShort((short) answer.remaining())
                .put(answer)
                .flip();
        unsent.add(framed);
        unsentBytes += framed.remaining();
        try {
            send();
        } catch (IOException e) {
            close();
        }
        if (!closed && !answering) {
            goOn();
        }
    }

    private void send() throws IOException {
        while (!unsent.isEmpty()) {
            ByteBuffer next = unsent.element();
            int sent = channel.write(next);
            unsentBytes -= sent;
            if (sent > 0) {
                lastProgress = loop.now();
            }
            if (next.hasRemaining()) {
                return;
            }
            unsent.remove();
        }
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        unsent.clear();
        try {
            channel.close();
        } catch (IOException e) {
            // There is nothing left to be done for it.
        }
        ended.accept(this);
    }
}
