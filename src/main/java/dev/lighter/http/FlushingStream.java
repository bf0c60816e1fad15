package dev.lighter.http;

import java.io.IOException;
import java.io.OutputStream;

/** Sends every write at once, one writer at a time. */
public final class FlushingStream extends OutputStream {
    private final OutputStream target;

    /** A stream onto the target, which is not closed with it. */
    public FlushingStream(OutputStream target) {
        this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        target.write(bytes, offset, length);
        target.flush();
    }

    @Override
    public synchronized void flush() throws IOException {
        target.flush();
    }
}
