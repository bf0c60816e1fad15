package dev.lighter.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's half of a WebSocket: whole frames, never masked (RFC 6455, section 5). Safe for all threads; nothing is sent after the farewell. */
final class WebSocketOutput extends OutputStream {
    static final int NORMAL = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketOutput.class);
    private static final int LAST = 0x80;
    private static final int SHORT = 126;
    private static final int LONG = 127;
    private static final int MOST_HEADER = 10;
    private static final int LONGEST_REASON = 123;

    private final OutputStream target;
    private boolean closed;

    WebSocketOutput(OutputStream target) {
        this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            send(Opcode.BINARY, bytes, offset, length);
        }
    }

    synchronized void send(Opcode opcode, byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the WebSocket is closed");
        }
        byte[] frame = new byte[MOST_HEADER + length];
        frame[0] = (byte) (LAST | opcode.number());
        int at = 2;
        if (length < SHORT) {
            frame[1] = (byte) length;
        } else if (length <= 0xffff) {
            frame[1] = SHORT;
            frame[2] = (byte) (length >> 8);
            frame[3] = (byte) length;
            at = 4;
        } else {
            frame[1] = LONG;
            for (int i = 0; i < Integer.BYTES; i++) {
                frame[6 + i] = (byte) (length >> 24 - 8 * i);
            }
            at = MOST_HEADER;
        }
        System.arraycopy(bytes, offset, frame, at, length);
        target.write(frame, 0, at + length);
    }

    /** Says farewell, once; whether the client still hears it does not matter. */
    synchronized void close(int code, String reason) {
        if (closed) {
            return;
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] body =
                Arrays.copyOf(new byte[] {(byte) (code >> 8), (byte) code}, Math.min(text.length, LONGEST_REASON) + 2);
        System.arraycopy(text, 0, body, 2, body.length - 2);
        try {
            send(Opcode.CLOSE, body, 0, body.length);
        } catch (IOException e) {
            LOG.debug("The client of a WebSocket is gone", e);
        }
        closed = true;
    }

    /** Kinds of frames (RFC 6455, section 5.2). */
    enum Opcode {
        CONTINUATION(0),
        TEXT(1),
        BINARY(2),
        CLOSE(8),
        PING(9),
        PONG(10);

        private final int number;

        Opcode(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        boolean isControl() {
            return number >= CLOSE.number;
        }
    }
}
