package dev.lighter.container.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a log from where a query wants it. */
class LogReaderTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void emptyLog() throws IOException {
        for (String name : new String[] {"out", "err", "index"}) {
            Files.createFile(directory.resolve(name));
        }
    }

    @Test
    void theTailOfOneRecordBeginsWithinIt() throws IOException {
        write(1, "1\n2\n3\n");

        assertThat(tail(2)).isEqualTo("2\n3\n");
        assertThat(tail(3)).isEqualTo("1\n2\n3\n");
        assertThat(tail(0)).isEmpty();
        assertThat(tail(100)).isEqualTo("1\n2\n3\n");
    }

    @Test
    void theTailOfManyRecordsBeginsWithinTheRightOne() throws IOException {
        write(1, "a\nb\n");
        write(1, "c\nd");
        write(1, "d\ne\n");

        assertThat(tail(2)).isEqualTo("dd\ne\n");
        assertThat(tail(4)).isEqualTo("b\nc\ndd\ne\n");
    }

    @Test
    void theTailCountsTheLinesOfBothStreams() throws IOException {
        write(1, "o1\no2\n");
        write(2, "e1\n");
        write(1, "o3\n");

        assertThat(tail(2)).isEqualTo("e1\no3\n");
        assertThat(tail(3)).isEqualTo("o2\ne1\no3\n");
    }

    @Test
    void aLastLineWithoutAnEndIsALine() throws IOException {
        write(1, "whole\nbegun");

        assertThat(tail(1)).isEqualTo("begun");
        assertThat(tail(2)).isEqualTo("whole\nbegun");
    }

    private void write(long stream, String text) throws IOException {
        Path file = directory.resolve(stream == 1 ? "out" : "err");
        Files.writeString(file, text, StandardOpenOption.APPEND);
        ByteBuffer record = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        record.putLong(1_800_000_000L).putLong(0).putLong(stream).putLong(Files.size(file));
        Files.write(directory.resolve("index"), record.array(), StandardOpenOption.APPEND);
    }

    private String tail(long lines) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (LogReader reader = new LogReader(directory)) {
            reader.read(
                    new LogQuery(true, true, null, null, lines, false),
                    (stream, bytes) ->
                            read.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining()));
        }
        return read.toString(UTF_8);
    }
}
