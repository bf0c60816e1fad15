package dev.lighter.api;

import dev.lighter.container.log.LogSink;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns pieces of a log whose lines begin with times into messages of text with one time each. A character may be split between pieces; it
 * comes with the later one. For one thread.
 */
final class LogMessages implements LogSink {
    /** As {@code 2026-01-31T12:00:00.123456789Z} and a blank. */
    private static final int STAMP = 31;

    private final Receiver receiver;
    private final Stream[] streams = {new Stream("stdout"), new Stream("stderr")};

    LogMessages(Receiver receiver) {
        this.receiver = receiver;
    }

    /**
     * A piece of a log: one line, or a part of one.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param text with the line's end, where the line ends in it
     * @param time when the line's first byte was written
     */
    @Schema(name = "LogMessage")
    record Message(
            @Schema(
                    allowableValues = {"stdout", "stderr"},
                    example = "stdout")
            String stream,

            @Schema(example = "hello\n") String text,

            @Schema(example = "2026-01-31T12:00:00.123456789Z")
            String time) {}

    /** Takes messages. */
    @FunctionalInterface
    interface Receiver {
        void accept(Message message) throws IOException;
    }

    private static final class Stream {
        final String name;
        final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        byte[] split = new byte[0];
        boolean inLine;
        String time = "";

        Stream(String name) {
            this.name = name;
        }

        String decode(ByteBuffer bytes) {
            ByteBuffer all = bytes;
            if (split.length > 0) {
                all = ByteBuffer.allocate(split.length + bytes.remaining())
                        .put(split)
                        .put(bytes)
                        .flip();
            }
            CharBuffer characters = CharBuffer.allocate(all.remaining() + 1);
            decoder.reset().decode(all, characters, false);
            split = new byte[all.remaining()];
            all.get(split);
            return characters.flip().toString();
        }
    }

    @Override
    public void accept(int number, ByteBuffer bytes) throws IOException {
        Stream stream = streams[number - 1];
        byte[] array = bytes.array();
        int at = bytes.arrayOffset() + bytes.position();
        int end = bytes.arrayOffset() + bytes.limit();
        while (at < end) {
            if (!stream.inLine) {
                stream.time = new String(array, at, STAMP - 1, StandardCharsets.US_ASCII);
                at += STAMP;
            }
            int lineEnd = at;
            while (lineEnd < end && array[lineEnd] != '\n') {
                lineEnd++;
            }
            stream.inLine = lineEnd == end;
            int next = stream.inLine ? end : lineEnd + 1;
            String text = stream.decode(ByteBuffer.wrap(array, at, next - at));
            if (!text.isEmpty()) {
                receiver.accept(new Message(stream.name, text, stream.time));
            }
            at = next;
        }
    }
}
