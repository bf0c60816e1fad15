package dev.lighter.dockerapi;

import dev.lighter.container.log.LogSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** What a terminal shows, as it is: output and errors are one stream (Docker Engine API, "Stream format"). For one thread. */
final class RawStream implements LogSink {
    private final OutputStream target;
    private byte[] piece = new byte[16 * 1024];

    RawStream(OutputStream target) {
        this.target = target;
    }

    @Override
    public void accept(int stream, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (length > piece.length) {
            piece = new byte[length];
        }
        bytes.get(piece, 0, length);
        target.write(piece, 0, length);
    }
}
