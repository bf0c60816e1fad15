package dev.lighter.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lighter.api.LogMessages.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogMessagesTest {
    private static final String FIRST = "2026-01-31T12:00:00.123456789Z";
    private static final String SECOND = "2026-01-31T12:00:01.000000000Z";

    private final List<Message> messages = new ArrayList<>();
    private final LogMessages sink = new LogMessages(messages::add);

    private void accept(int stream, String text) throws IOException {
        sink.accept(stream, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void eachLineIsAMessageWithItsTime() throws IOException {
        accept(1, FIRST + " one\n" + SECOND + " two\n");

        assertThat(messages)
                .containsExactly(new Message("stdout", "one\n", FIRST), new Message("stdout", "two\n", SECOND));
    }

    @Test
    void aLineThatGoesOnInALaterPieceKeepsItsTime() throws IOException {
        accept(1, FIRST + " beg");
        accept(2, SECOND + " error\n");
        accept(1, "un\n");

        assertThat(messages)
                .containsExactly(
                        new Message("stdout", "beg", FIRST),
                        new Message("stderr", "error\n", SECOND),
                        new Message("stdout", "un\n", FIRST));
    }

    @Test
    void aCharacterThatIsSplitComesWhole() throws IOException {
        byte[] line = (FIRST + " ä€\n").getBytes(StandardCharsets.UTF_8);
        for (int cut = FIRST.length() + 1; cut < line.length; cut++) {
            messages.clear();
            LogMessages fresh = new LogMessages(messages::add);
            fresh.accept(1, ByteBuffer.wrap(line, 0, cut));
            fresh.accept(1, ByteBuffer.wrap(line, cut, line.length - cut));

            assertThat(String.join("", messages.stream().map(Message::text).toList()))
                    .as("cut at %d", cut)
                    .isEqualTo("ä€\n");
        }
    }

    @Test
    void bytesThatAreNoTextAreReplaced() throws IOException {
        byte[] line = (FIRST + " x\n").getBytes(StandardCharsets.UTF_8);
        line[line.length - 2] = (byte) 0xff;
        sink.accept(1, ByteBuffer.wrap(line));

        assertThat(messages).containsExactly(new Message("stdout", "\ufffd\n", FIRST));
    }
}
