package dev.lighter.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** What a client sends to a program's standard input. */
final class ClientInput {
    private static final int PIECE = 8 * 1024;

    private ClientInput() {}

    /** Takes what a client sends. */
    @FunctionalInterface
    interface Target {
        void write(ByteBuffer bytes) throws IOException;
    }

    /** Brings all that a client sends to where it is to go, until the client has no more. */
    static void bring(InputStream from, Target to) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
            to.write(ByteBuffer.wrap(piece, 0, count));
        }
    }
}
