package dev.lighter.dockerapi;

import dev.lighter.container.log.LogSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** What a terminal shows, as it is: output and errors are one stream (Docker Engine API, "Stream format"). For one thread. */
final class RawStream implements LogSink {
    private final OutputStream target;
    private final ReusedBytes pieces = new ReusedBytes();

    RawStream(OutputStream target) {
        this.target = target;
    }

    @Override
    public void accept(int stream, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        byte[] piece = pieces.ofAtLeast(length);
        bytes.get(piece, 0, length);
        target.write(piece, 0, length);
    }
}
