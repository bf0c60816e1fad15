package dev.lighter.http;

import dev.lighter.error.EngineException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Takes a connection over for a two-way stream, as Docker's attach and exec do.
 *
 * <p>With {@code Upgrade} in the request the answer is 101 and both directions are raw bytes until both sides are done. Without it the
 * answer is a plain 200 stream, and the input is the request's body.
 */
public final class Hijack {
    static final String CONTENT_TYPE_ATTRIBUTE = "dev.lighter.http.hijack.content-type";

    /** What happens on a connection that was taken over. */
    @FunctionalInterface
    public interface Session {
        /**
         * Runs until the session is over; the connection is closed when it returns. Runs on a thread of its own (with upgrade) or on the
         * request's (without), so it may block.
         *
         * @param input what the client sends; at its end (the client closed its half, or is gone) reads give -1 and the output stays open
         * @param output what the client gets; every write is sent at once and may come from several threads; fails with an IOException when
         *     the client is gone
         */
        void run(InputStream input, OutputStream output) throws IOException;

        /**
         * The same for a session that has long times of silence.
         *
         * @param client whether the client is still there, which nothing else shows while nothing is sent; to be asked on the session's
         *     thread
         */
        default void run(InputStream input, OutputStream output, BooleanSupplier client) throws IOException {
            run(input, output);
        }
    }

    /** How many connections may be taken over at once: each costs one thread or two, and the buffers of a log's reader. */
    static final int MOST = 400;

    private static final Semaphore ROOM = new Semaphore(MOST);

    /** A session that gives its place back at its end. */
    private record Counted(Session session) implements Session {
        @Override
        public void run(InputStream input, OutputStream output) throws IOException {
            run(input, output, () -> true);
        }

        @Override
        public void run(InputStream input, OutputStream output, BooleanSupplier client) throws IOException {
            try {
                session.run(input, output, client);
            } finally {
                ROOM.release();
            }
        }
    }

    private Hijack() {}

    /** Whether the client asks for an upgrade. */
    public static boolean isUpgrade(HttpServletRequest request) {
        return request.getHeader("Upgrade") != null;
    }

    /** Only of a client that sends nothing more can it be told by reading whether it is there. */
    private static boolean isBodyless(HttpServletRequest request) {
        return request.getContentLengthLong() <= 0 && request.getHeader("Transfer-Encoding") == null;
    }

    /**
     * Takes the connection of a request over. Returns at once with upgrade, and after the session without.
     *
     * @throws EngineException when too many are taken over already; then the session does not run
     */
    public static void open(
            HttpServletRequest request, HttpServletResponse response, String contentType, Session session)
            throws IOException {
        if (isUpgrade(request)) {
            request.setAttribute(CONTENT_TYPE_ATTRIBUTE, contentType);
            take(request, response, "tcp", HijackedConnection.FOR_EVER, session);
            return;
        }
        Session counted = admit(session);
        boolean begun = false;
        try {
            response.setContentType(contentType);
            response.flushBuffer();
            begun = true;
            counted.run(
                    request.getInputStream(),
                    new FlushingStream(response.getOutputStream()),
                    isBodyless(request) ? ClientPresence.of(request) : () -> true);
        } finally {
            if (!begun) {
                ROOM.release();
            }
        }
    }

    /**
     * Takes the connection over with the headers that the response has; returns at once.
     *
     * @param protocol what the client asked to upgrade to
     * @param idleMillis after so much silence reads of the input fail with a SocketTimeoutException, and can be tried again
     * @throws EngineException when too many are taken over already; then the session does not run
     */
    static void take(
            HttpServletRequest request, HttpServletResponse response, String protocol, int idleMillis, Session session)
            throws IOException {
        Session counted = admit(session);
        boolean begun = false;
        try {
            response.setHeader("Connection", "Upgrade");
            response.setHeader("Upgrade", protocol);
            request.upgrade(HijackedConnection.class).begin(counted, idleMillis);
            begun = true;
        } catch (ServletException e) {
            throw new IOException(e);
        } finally {
            if (!begun) {
                ROOM.release();
            }
        }
    }

    private static Session admit(Session session) {
        if (!ROOM.tryAcquire()) {
            throw EngineException.unavailable("more than " + MOST
                    + " clients are attached to containers or executed programs: wait until some have gone");
        }
        return new Counted(session);
    }
}
