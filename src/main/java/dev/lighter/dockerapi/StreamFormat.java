package dev.lighter.dockerapi;

import dev.lighter.container.log.LogSink;
import dev.lighter.http.DockerVersionFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** How the streams of containers, and of what is executed in them, go over a connection: raw with a terminal, framed without one. */
final class StreamFormat {
    private static final int INPUT_PIECE = 16 * 1024;

    private StreamFormat() {}

    static String contentType(boolean terminal, HttpServletRequest request) {
        return terminal
                ? MultiplexedStream.RAW_CONTENT_TYPE
                : MultiplexedStream.contentType(DockerVersionFilter.minorVersion(request));
    }

    static LogSink sink(boolean terminal, OutputStream output) {
        return terminal ? new RawStream(output) : new MultiplexedStream(output);
    }

    /** Takes what a client sends. */
    @FunctionalInterface
    interface Input {
        void write(ByteBuffer bytes) throws IOException;
    }

    /** Brings all that a client sends to where it is to go, until the client has no more. */
    static void bring(InputStream from, Input to) throws IOException {
        byte[] piece = new byte[INPUT_PIECE];
        for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
            to.write(ByteBuffer.wrap(piece, 0, count));
        }
    }
}
