package dev.lighter.build;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Makes text of pieces of bytes that may end within a character. Belongs to one thread. */
final class Utf8Pieces {
    private static final int LONGEST_CHARACTER = 4;

    private final Consumer<String> output;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer rest = ByteBuffer.allocate(0);

    Utf8Pieces(Consumer<String> output) {
        this.output = output;
    }

    void accept(ByteBuffer bytes) {
        decode(bytes, false);
    }

    void end() {
        decode(ByteBuffer.allocate(0), true);
    }

    private void decode(ByteBuffer bytes, boolean last) {
        ByteBuffer in = ByteBuffer.allocate(rest.remaining() + bytes.remaining());
        in.put(rest).put(bytes).flip();
        CharBuffer text = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER);
        var ignored = decoder.decode(in, text, last);
        rest = ByteBuffer.allocate(in.remaining()).put(in).flip();
        if (text.flip().hasRemaining()) {
            output.accept(text.toString());
        }
    }
}
