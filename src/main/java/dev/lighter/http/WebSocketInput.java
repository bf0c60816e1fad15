package dev.lighter.http;

import dev.lighter.http.WebSocketOutput.Opcode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's half of a WebSocket as one stream of bytes: data is passed on as it comes, however large its frames are; signs of life are
 * answered, farewells returned, and what breaks the protocol ends the connection with the code that the protocol has for it. For one thread.
 */
final class WebSocketInput extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketInput.class);
    private static final int PROTOCOL_ERROR = 1002;
    private static final int INVALID_TEXT = 1007;
    private static final int NO_CODE = 1005;
    private static final int LONGEST_CONTROL = 125;
    private static final int MASK = 4;

    private final InputStream source;
    private final WebSocketOutput output;
    private final byte[] mask = new byte[MASK];

    /** What of the present frame of data is still to come, and where its mask is. */
    private long left;

    private int masked;
    private boolean last = true;
    /** Not null within a text message. */
    private @Nullable CharsetDecoder text;

    private ByteBuffer unfinished = ByteBuffer.allocate(0);
    private boolean ended;

    WebSocketInput(InputStream source, WebSocketOutput output) {
        this.source = source;
        this.output = output;
    }

    /** A client that breaks the protocol. */
    private static final class Violation extends IOException {
        private static final long serialVersionUID = 1L;
        private final int code;

        Violation(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Gives -1 at the end, however that comes. */
    @Override
    public int read(byte[] bytes, int offset, int length) {
        try {
            while (left == 0 && !ended) {
                nextFrame();
            }
            if (ended) {
                return -1;
            }
            int count = Math.min(length, (int) Math.min(left, Integer.MAX_VALUE));
            fill(bytes, offset, count);
            for (int i = offset; i < offset + count; i++) {
                bytes[i] ^= mask[masked];
                masked = (masked + 1) % MASK;
            }
            left -= count;
            check(ByteBuffer.wrap(bytes, offset, count), left == 0 && last);
            return count;
        } catch (Violation e) {
            output.close(e.code, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.debug("The client of a WebSocket is gone", e);
        }
        ended = true;
        return -1;
    }

    private void nextFrame() throws IOException {
        int first = next();
        int second = next();
        Opcode opcode = opcode(first & 0x0f);
        if ((first & 0x70) != 0) {
            throw new Violation(PROTOCOL_ERROR, "no extension was agreed on");
        }
        if ((second & 0x80) == 0) {
            throw new Violation(PROTOCOL_ERROR, "frames of clients are masked");
        }
        boolean whole = (first & 0x80) != 0;
        long length = length(second & 0x7f);
        fill(mask, 0, MASK);
        if (opcode.isControl()) {
            if (!whole || length > LONGEST_CONTROL) {
                throw new Violation(PROTOCOL_ERROR, "control frames are short and whole");
            }
            control(opcode, (int) length);
            return;
        }
        if ((opcode == Opcode.CONTINUATION) == last) {
            throw new Violation(PROTOCOL_ERROR, last ? "nothing to continue" : "a message within another");
        }
        if (opcode == Opcode.TEXT) {
            text = StandardCharsets.UTF_8.newDecoder();
            unfinished = ByteBuffer.allocate(0);
        } else if (opcode == Opcode.BINARY) {
            text = null;
        }
        last = whole;
        left = length;
        masked = 0;
        if (length == 0) {
            check(ByteBuffer.allocate(0), last);
        }
    }

    private static Opcode opcode(int number) throws Violation {
        for (Opcode opcode : Opcode.values()) {
            if (opcode.number() == number) {
                return opcode;
            }
        }
        throw new Violation(PROTOCOL_ERROR, "no frame is of kind " + number);
    }

    private long length(int written) throws IOException {
        if (written <= LONGEST_CONTROL) {
            return written;
        }
        long length = 0;
        for (int i = 0; i < (written == LONGEST_CONTROL + 1 ? Short.BYTES : Long.BYTES); i++) {
            length = length << 8 | next();
        }
        if (length < 0) {
            throw new Violation(PROTOCOL_ERROR, "a frame's length has 63 bits");
        }
        return length;
    }

    private void control(Opcode opcode, int length) throws IOException {
        byte[] body = new byte[length];
        fill(body, 0, length);
        for (int i = 0; i < length; i++) {
            body[i] ^= mask[i % MASK];
        }
        if (opcode == Opcode.PING) {
            output.send(Opcode.PONG, body, 0, length);
        } else if (opcode == Opcode.CLOSE) {
            ended = true;
            output.close(farewell(body), "");
        }
    }

    /** The code of a farewell, which is sent back (section 5.5.1); one that must not be sent is a violation (section 7.4). */
    private static int farewell(byte[] body) throws Violation {
        if (body.length == 0) {
            return WebSocketOutput.NORMAL;
        }
        int code = body.length == 1 ? NO_CODE : (body[0] & 0xff) << 8 | body[1] & 0xff;
        boolean known = code >= 1000 && code <= 1014 && code != 1004 && code != NO_CODE && code != 1006;
        if (!known && (code < 3000 || code > 4999)) {
            throw new Violation(PROTOCOL_ERROR, "no farewell has this code");
        }
        return code;
    }

    /** Text is UTF-8 (section 8.1), of which a character may be in pieces. */
    private void check(ByteBuffer piece, boolean end) throws Violation {
        CharsetDecoder decoder = text;
        if (decoder == null) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(unfinished.remaining() + piece.remaining());
        bytes.put(unfinished).put(piece).flip();
        CharBuffer decoded = CharBuffer.allocate(bytes.remaining() + 1);
        boolean wrong = decoder.decode(bytes, decoded, end).isError();
        if (wrong) {
            throw new Violation(INVALID_TEXT, "the text is not UTF-8");
        }
        unfinished = ByteBuffer.wrap(Arrays.copyOfRange(bytes.array(), bytes.position(), bytes.limit()));
        if (end) {
            text = null;
        }
    }

    private int next() throws IOException {
        byte[] one = new byte[1];
        fill(one, 0, 1);
        return one[0] & 0xff;
    }

    /** Reads as much as is wanted; asks a client that is silent for long whether it is there, and gives up when it stays silent. */
    private void fill(byte[] bytes, int offset, int length) throws IOException {
        int read = 0;
        boolean asked = false;
        while (read < length) {
            try {
                int count = source.read(bytes, offset + read, length - read);
                if (count < 0) {
                    throw new EOFException("the connection ended without a farewell");
                }
                read += count;
            } catch (SocketTimeoutException e) {
                if (asked) {
                    throw e;
                }
                asked = true;
                output.send(Opcode.PING, new byte[0], 0, 0);
            }
        }
    }

    /** Reads what nobody wants, up to the client's farewell. */
    void drain() {
        byte[] ignored = new byte[8192];
        int count;
        do {
            count = read(ignored, 0, ignored.length);
        } while (count >= 0);
    }
}
