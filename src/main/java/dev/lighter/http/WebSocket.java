package dev.lighter.http;

import dev.lighter.error.EngineException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that was taken over as a WebSocket whose messages are pieces of two streams, as Docker's attach has it: what the client
 * sends, in messages of either kind, is one stream of bytes; what it gets are binary messages. Lives as long as its session.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455, The WebSocket Protocol</a>
 */
public final class WebSocket {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocket.class);
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;
    /** Silence that makes the engine ask whether the client is still there; as long again without an answer means that it is not. */
    private static final int IDLE_MILLIS = 30_000;

    private static final int FAREWELL_MILLIS = 5000;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final String key;

    private WebSocket(HttpServletRequest request, HttpServletResponse response, String key) {
        this.request = request;
        this.response = response;
        this.key = key;
    }

    /** Reads what a client sends, on a thread of its own. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Reads until -1, which the input gives when the client says farewell or is gone; it is for this method to make the writer end then.
         * When it returns earlier, further input is read and forgotten.
         */
        void read(InputStream input) throws IOException;
    }

    /** Writes what a client gets, on a thread of its own. */
    @FunctionalInterface
    public interface Writer {
        /**
         * Writes, each time a message, until there is nothing more; the farewell follows.
         *
         * @return what the client is told with the farewell, at most 123 bytes
         */
        String write(OutputStream output) throws IOException;
    }

    /**
     * The WebSocket that a request asks for, before anything is opened for it.
     *
     * @throws EngineException of kind INVALID when the request is no opening handshake (RFC 6455, section 4.2.1)
     */
    public static WebSocket of(HttpServletRequest request, HttpServletResponse response) {
        String connection = String.valueOf(request.getHeader("Connection")).toLowerCase(Locale.ROOT);
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade")) || !connection.contains("upgrade")) {
            throw EngineException.invalid(
                    "this path is a WebSocket: send the headers Connection: Upgrade and Upgrade: websocket");
        }
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            response.setHeader("Sec-WebSocket-Version", VERSION);
            throw EngineException.invalid("Sec-WebSocket-Version must be " + VERSION);
        }
        String key = request.getHeader("Sec-WebSocket-Key");
        if (key == null || !isKey(key)) {
            throw EngineException.invalid("Sec-WebSocket-Key must be 16 bytes in base64");
        }
        return new WebSocket(request, response, key);
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String accept(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(digest.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** Takes the connection over; returns at once. It is closed when the writer has ended. */
    public void open(Reader reader, Writer writer) throws IOException {
        response.setHeader("Sec-WebSocket-Accept", accept(key));
        Hijack.take(request, response, "websocket", IDLE_MILLIS, (input, output) -> run(reader, writer, input, output));
    }

    static void run(Reader reader, Writer writer, InputStream from, OutputStream to) throws IOException {
        WebSocketOutput output = new WebSocketOutput(to);
        WebSocketInput input = new WebSocketInput(from, output);
        Thread thread = new Thread(() -> read(reader, input), "lighter-websocket-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
        String reason = "";
        try {
            reason = writer.write(output);
        } finally {
            output.close(WebSocketOutput.NORMAL, reason);
            awaitFarewell(thread);
        }
    }

    private static void read(Reader reader, WebSocketInput input) {
        try {
            reader.read(input);
        } catch (IOException e) {
            LOG.debug("Input of a WebSocket ends", e);
        } catch (RuntimeException e) {
            LOG.error("Input of a WebSocket failed", e);
        } finally {
            input.drain();
        }
    }

    /** A connection that is closed while something of the client's is on its way loses what was sent last. */
    private static void awaitFarewell(Thread thread) {
        try {
            thread.join(FAREWELL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
