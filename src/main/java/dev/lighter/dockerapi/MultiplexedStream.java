package dev.lighter.dockerapi;

import dev.lighter.container.log.LogSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Output and errors in one stream: before each piece eight bytes, the stream's number (1 or 2), three zeros and the length, most
 * significant byte first (Docker Engine API, "Stream format"). For one thread.
 */
final class MultiplexedStream implements LogSink {
    static final String CONTENT_TYPE = "application/vnd.docker.multiplexed-stream";
    static final String RAW_CONTENT_TYPE = "application/vnd.docker.raw-stream";

    /** The first API version that names the multiplexed stream in its content type. */
    private static final int NAMED_SINCE = 42;

    private static final int HEADER = 8;

    private final OutputStream target;
    private final ReusedBytes frames = new ReusedBytes();

    MultiplexedStream(OutputStream target) {
        this.target = target;
    }

    static String contentType(int minorVersion) {
        return minorVersion >= NAMED_SINCE ? CONTENT_TYPE : RAW_CONTENT_TYPE;
    }

    @Override
    public void accept(int stream, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        byte[] frame = frames.ofAtLeast(HEADER + length);
        ByteBuffer.wrap(frame).putInt(0, stream << 24).putInt(4, length);
        bytes.get(frame, HEADER, length);
        target.write(frame, 0, HEADER + length);
    }
}
