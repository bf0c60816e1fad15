package dev.lighter.dockerapi;

import dev.lighter.container.log.LogSink;
import dev.lighter.http.DockerVersionFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.OutputStream;

/** How the streams of containers, and of what is executed in them, go over a connection: raw with a terminal, framed without one. */
final class StreamFormat {
    private StreamFormat() {}

    static String contentType(boolean terminal, HttpServletRequest request) {
        return terminal
                ? MultiplexedStream.RAW_CONTENT_TYPE
                : MultiplexedStream.contentType(DockerVersionFilter.minorVersion(request));
    }

    static LogSink sink(boolean terminal, OutputStream output) {
        return terminal ? new RawStream(output) : new MultiplexedStream(output);
    }
}
