package dev.lighter.container.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes what a reader finds. */
@FunctionalInterface
public interface LogSink {
    /**
     * Takes a piece of one stream; the buffer (with an accessible array) is reused afterwards.
     *
     * @param stream 1 for output, 2 for errors
     */
    void accept(int stream, ByteBuffer bytes) throws IOException;
}
